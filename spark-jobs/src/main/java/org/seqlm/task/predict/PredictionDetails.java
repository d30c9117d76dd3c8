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
 */
public record PredictionDetails(
    String model,
    String title,
    ExampleTask task,
    List<String> fields,
    PredictionFiles.Format format,
    long records,
    long predicted,
    Map<String, Long> badRecords) {}
