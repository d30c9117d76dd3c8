package org.seqlm.job.predict;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.seqlm.dataset.ExampleTask;

/**
 * Result of {@code predict}.
 *
 * @param predictions their folder
 * @param fingerprint of its manifest
 * @param model path
 * @param kind of its network, for instance {@code lstm 1x64 both ways, 2 labels}
 * @param task of its examples
 * @param fields of a row, in their order
 * @param records read, a row each
 * @param predicted of them
 * @param badRecords the others, by kind
 * @param told predicted records that say what the network is to say
 * @param tokens read of the predicted records
 * @param unknown of them to the model, which read {@code <unk>}
 * @param labels how often each was predicted, in the order of their ids; empty of a model that says
 *     none
 * @param metric that counts
 * @param metrics by name, where all predicted records say it; else null
 */
record PredictResult(
    String predictions,
    String fingerprint,
    String model,
    String kind,
    ExampleTask task,
    List<String> fields,
    long records,
    long predicted,
    Map<String, Long> badRecords,
    long told,
    long tokens,
    long unknown,
    Map<String, Long> labels,
    String metric,
    @JsonInclude(JsonInclude.Include.NON_NULL) Map<String, Double> metrics) {}
