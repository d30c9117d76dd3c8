package org.seqlm.job.evaluate;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/evaluate.yaml}.
 *
 * @param input a dataset's folder, of which the other keys of the group say nothing, or text
 */
public record EvaluateConfig(
    CorpusSource input,
    String output,
    Split split,
    List<String> models,
    List<String> names,
    long maxTokens,
    String pairs,
    long seed,
    int partitions)
    implements JobConfig {

  public EvaluateConfig {
    models = models == null ? List.of() : List.copyOf(models);
    names = names == null || names.isEmpty() ? models : List.copyOf(names);
    new Problems()
        .present("input", input, "give --input PATH, a folder written by seqlm prepare, or text")
        .present("models", models, "give --model PATH, once for each model")
        .present("split", split, "give --split train, valid or test")
        .atLeast("max-tokens", maxTokens, 0)
        .atLeast("partitions", partitions, 0)
        .require(
            names.size() == models.size(),
            "names must be as many as models (" + models.size() + "), but are " + names.size())
        .throwIfAny();
  }

  /** The input as messages and results name it. */
  String inputName() {
    return String.join(" ", input.paths());
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .readsModels("--model", models)
        .readsOnce("--pairs", pairs)
        .writes("--output", output);
  }
}
