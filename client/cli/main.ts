#!/usr/bin/env node
import { runCommandLine } from './command-line';

/** The process `gangway`. */
void runCommandLine(process.argv.slice(2));
