package org.seqlm.job.prepare;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;

/**
 * Result of {@code prepare} where it made labelled examples.
 *
 * @param examples their folder
 * @param fingerprint of its manifest
 * @param task what is to be learned of them
 * @param metric that counts
 * @param columns of the blocks
 * @param texts columns that were cut from text
 * @param splits by split
 * @param splitsBy how examples were dealt to them
 * @param labels of each column that has some their names, in the order of their ids
 * @param vocabularies of each column of tokens
 * @param types of each of them the different tokens that it was made from, before any limit
 * @param features of each column of numbers, in the train split
 * @param corpusFingerprint of the records
 * @param origin the built-in example that they are; null for people's own data
 * @param records read, bad ones included
 * @param badRecords left out, by kind
 */
record ExamplesResult(
    String examples,
    String fingerprint,
    ExampleTask task,
    String metric,
    List<ExampleColumn> columns,
    List<String> texts,
    Map<Split, ExampleStatistics> splits,
    String splitsBy,
    Map<String, List<String>> labels,
    Map<String, ExamplesDetails.ColumnVocabulary> vocabularies,
    Map<String, Long> types,
    Map<String, FeatureStatistics> features,
    String corpusFingerprint,
    @JsonInclude(JsonInclude.Include.NON_NULL) ExampleOrigin origin,
    long records,
    Map<String, Long> badRecords)
    implements Prepared {}
