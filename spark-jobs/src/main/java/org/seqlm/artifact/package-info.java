/**
 * What SeqLM leaves on a file system, by Hadoop: folders with a manifest that appear whole or not
 * at all and are checked when read. What one kind of artifact needs lies with it ({@code lm.files},
 * {@code ngram.files}, {@code neural.files}, {@code dataset}).
 */
package org.seqlm.artifact;
