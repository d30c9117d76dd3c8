package org.seqlm.spark.duplicates;

/**
 * How much of a source is there twice, the first occurrences not counted.
 *
 * @param source the folder of its files, as {@link org.seqlm.corpus.plan.DocumentFields#source}
 *     names it; empty for none
 * @param documents of it
 * @param bytes of their text
 * @param lines of them
 * @param words of them, as white space parts them
 * @param exactDocuments with the text of an earlier one
 * @param nearDocuments that are near another, of those that are not equal to an earlier one
 * @param duplicateBytes of both
 * @param duplicateLines that stood before
 * @param spanWords in spans that stood before, each counted once
 */
public record SourceShare(
    String source,
    long documents,
    long bytes,
    long lines,
    long words,
    long exactDocuments,
    long nearDocuments,
    long duplicateBytes,
    long duplicateLines,
    long spanWords) {}
