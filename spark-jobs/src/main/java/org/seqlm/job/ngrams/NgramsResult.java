package org.seqlm.job.ngrams;

import java.util.List;
import java.util.Map;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.files.NgramReport;

/**
 * What {@code ngrams} made.
 *
 * @param output the artifact's folder
 * @param fingerprint of the artifact
 * @param source what was counted, for instance {@code train split of data}
 * @param details of the artifact: order, boundary, vocabulary, tokens
 * @param badRecords of a text, left out, by kind; empty if none
 * @param report statistics and perplexities
 * @param seconds of wall time
 * @param cpuSeconds of processor time that Spark's tasks took
 * @param shuffleBytes that they sent each other
 * @param notes what to know about what was written
 */
public record NgramsResult(
    String output,
    String fingerprint,
    String source,
    NgramDetails details,
    Map<String, Long> badRecords,
    NgramReport report,
    double seconds,
    double cpuSeconds,
    long shuffleBytes,
    List<String> notes) {}
