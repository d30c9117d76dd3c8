package org.seqlm.job.score;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.lm.files.ScoreFiles;

/**
 * See {@code conf/score.yaml}.
 *
 * @param model any model that {@code evaluate} takes
 * @param input the text
 * @param output the artifact's folder
 * @param format of its files
 * @param unit what a row is for
 */
record ScoreConfig(
    String model,
    CorpusSource input,
    String output,
    ScoreFiles.Format format,
    ScoreFiles.Unit unit,
    int partitions,
    long seed)
    implements JobConfig {
  ScoreConfig {
    new Problems()
        .present("model", model, "give --model PATH, a RUN, an n-gram folder or FILE.arpa")
        .present("output", output, "give --output DIR")
        .present("format", format, "give --format parquet or tsv")
        .present("unit", unit, "give --unit line or document")
        .atLeast("partitions", partitions, 0)
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
