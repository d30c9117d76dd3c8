package org.seqlm.job.corpus.duplicates;

import java.util.List;
import java.util.Map;
import org.seqlm.duplicates.Bands;
import org.seqlm.spark.duplicates.FoundDuplicates.FrequentLine;
import org.seqlm.spark.duplicates.SourceShare;

/**
 * What was found.
 *
 * @param analysis the artifact's folder
 * @param fingerprint of it
 * @param text its fingerprint
 * @param records read, bad ones among them
 * @param total all sources together
 * @param sources each of them, by name
 * @param groups of documents that are alike; null where they were not looked for
 * @param lessAlike documents that are less like the one that is kept of their group than the
 *     threshold; null where near ones were not looked for
 * @param rows of the table of duplicates
 * @param bands of signatures; null where near documents were not looked for
 * @param expectedRecall of pairs evenly spread from the threshold to 1; null as above
 * @param recallAtThreshold of pairs at it; null as above
 * @param lines the most frequent ones that may be shown
 * @param badRecords left out, by kind
 * @param kept the folder of the text that is kept; null where it was not written
 * @param keptFiles files in it
 */
public record DuplicatesResult(
    String analysis,
    String fingerprint,
    String text,
    long records,
    SourceShare total,
    List<SourceShare> sources,
    Long groups,
    Long lessAlike,
    long rows,
    Bands bands,
    Double expectedRecall,
    Double recallAtThreshold,
    List<FrequentLine> lines,
    Map<String, Long> badRecords,
    String kept,
    Long keptFiles) {}
