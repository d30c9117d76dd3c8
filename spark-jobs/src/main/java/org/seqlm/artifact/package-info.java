/**
 * What SeqLM leaves on a file system, by Hadoop: folders with a manifest that appear whole or not
 * at all and are checked when read; models, runs with their checkpoints, and counted n-grams.
 */
package org.seqlm.artifact;
