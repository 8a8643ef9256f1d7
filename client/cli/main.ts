#!/usr/bin/env node
import { keepFilesPrivate } from '../../system/private-files';
import { runCommandLine } from './command-line';
import { endOnceNobodyReads } from './reader-gone';

/** The process `gangway`. */
keepFilesPrivate();
endOnceNobodyReads();
void runCommandLine(process.argv.slice(2));
