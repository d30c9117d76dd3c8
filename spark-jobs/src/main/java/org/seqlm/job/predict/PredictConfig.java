package org.seqlm.job.predict;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.task.predict.DecodingKeys;
import org.seqlm.task.predict.DeviceKeys;
import org.seqlm.task.predict.PredictionFiles;

/**
 * See {@code conf/predict.yaml}.
 *
 * @param model a run of a network over examples, its model or a checkpoint of it
 * @param input the records
 * @param examples which column has which role
 * @param keep fields that are kept of each record, beside {@code id}
 * @param output the artifact's folder
 * @param format of its files
 * @param top likeliest labels whose probabilities are told; 0 for all
 * @param decoding how targets are written
 * @param execution where is computed
 */
record PredictConfig(
    String model,
    CorpusSource input,
    Columns examples,
    List<String> keep,
    String output,
    PredictionFiles.Format format,
    int top,
    DecodingKeys decoding,
    DeviceKeys execution,
    int partitions,
    long seed)
    implements JobConfig {

  /**
   * Which column has which role.
   *
   * @param columns the column of each role that is not called like it
   */
  record Columns(Map<String, String> columns) {
    Columns {
      columns = columns == null ? Map.of() : new TreeMap<>(columns);
    }
  }

  PredictConfig {
    keep = keep == null ? List.of() : keep.stream().distinct().toList();
    examples = examples == null ? new Columns(Map.of()) : examples;
    decoding = decoding == null ? DecodingKeys.DEFAULT : decoding;
    String text = " is of text, and predict reads records: ";
    new Problems()
        .present("model", model, "give --model RUN, of a network over examples")
        .present("output", output, "give --output DIR")
        .present("format", format, "give --format jsonl or parquet")
        .present("execution", execution, "give execution.device auto, cpu or cuda")
        .atLeast("top", top, 0)
        .atLeast("partitions", partitions, 0)
        .require(!keep.contains(""), "keep has an empty name: give names of fields")
        .require(
            input == null || input.format() != CorpusFormat.TEXT,
            "input.format text" + text + "give auto, jsonl, parquet or csv")
        .require(
            input == null || input.textField().equals(CorpusSource.of(input.paths()).textField()),
            "input.text-field" + text + "name columns with --columns in its place")
        .require(
            input == null || input.document() == DocumentUnit.AUTO,
            "input.document" + text + "leave it out, each record is an example")
        .throwIfAny();
  }

  /** What decides the content, for the manifest. */
  ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("output");
    tree.remove("partitions");
    return tree;
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .readsModel("--model", model)
        .writes("--output", output);
  }
}
