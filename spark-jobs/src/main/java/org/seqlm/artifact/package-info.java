/**
 * What SeqLM leaves on a file system: folders whose files lie under names of their own and count
 * once a manifest is committed that lists them ({@link org.seqlm.artifact.ManifestLog}), and are
 * checked when read. What one kind of artifact needs lies with it ({@code lm.files}, {@code
 * ngram.files}, {@code neural.files}, {@code dataset}).
 */
package org.seqlm.artifact;
