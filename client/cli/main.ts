#!/usr/bin/env node
import { keepFilesPrivate } from '../../system/private-files';
import { runCommandLine } from './command-line';

/** The process `gangway`. */
keepFilesPrivate();
void runCommandLine(process.argv.slice(2));
