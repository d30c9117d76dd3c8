package org.seqlm.task.predict;

import java.util.List;
import java.util.Map;
import org.seqlm.dataset.ExampleTask;

/**
 * What the manifest of predictions adds.
 *
 * @param model path, as it was given
 * @param title of its network
 * @param task of its examples
 * @param fields of a row, in their order
 * @param format of the files
 * @param records read, a row each
 * @param predicted of them; of the others a row says what is wrong
 * @param badRecords the others, by kind
 * @param tokens read of the predicted ones; null in what older releases wrote, as what follows is
 * @param unknown of them to the network, which read {@code <unk>}
 * @param labels how often each was predicted, in the order of their ids; empty of a network that
 *     says none
 * @param metric of the model that counts
 * @param metrics by name, where all predicted records say what was to be predicted; else empty
 */
public record PredictionDetails(
    String model,
    String title,
    ExampleTask task,
    List<String> fields,
    PredictionFiles.Format format,
    long records,
    long predicted,
    Map<String, Long> badRecords,
    Long tokens,
    Long unknown,
    Map<String, Long> labels,
    String metric,
    Map<String, Double> metrics) {}
