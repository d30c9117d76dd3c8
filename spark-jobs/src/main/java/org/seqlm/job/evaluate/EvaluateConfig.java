package org.seqlm.job.evaluate;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.task.predict.DecodingKeys;
import org.seqlm.task.predict.DeviceKeys;

/**
 * See {@code conf/evaluate.yaml}.
 *
 * @param input a dataset's folder, or one of labelled examples, of which the other keys of the
 *     group say nothing, or text
 * @param attention of examples' networks; null for their own
 * @param decoding how networks over examples write targets
 * @param execution where they predict
 */
public record EvaluateConfig(
    CorpusSource input,
    String output,
    Split split,
    List<String> models,
    List<String> names,
    long maxTokens,
    String pairs,
    Attention attention,
    DecodingKeys decoding,
    DeviceKeys execution,
    long seed,
    int partitions)
    implements JobConfig {

  /** What decoders that were trained with another attention are evaluated with. */
  public enum Attention {
    HARD
  }

  public EvaluateConfig {
    decoding = decoding == null ? DecodingKeys.DEFAULT : decoding;
    models = models == null ? List.of() : List.copyOf(models);
    names = names == null || names.isEmpty() ? models : List.copyOf(names);
    new Problems()
        .present("input", input, "give --input PATH, a folder written by seqlm prepare, or text")
        .present("models", models, "give --model PATH, once for each model")
        .present("execution", execution, "give execution.device auto, cpu or cuda")
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

  /**
   * Refuses what says something of networks over examples.
   *
   * @throws org.seqlm.UserException with exit code 2
   */
  void checkOfText() {
    new Problems()
        .require(
            attention == null,
            "attention is of networks over examples, and there is text: leave it out")
        .require(
            decoding.equals(DecodingKeys.DEFAULT),
            "the keys of the group decoding are of networks over examples, and there is text: leave"
                + " them out")
        .throwIfAny();
  }

  /**
   * Refuses what says something of text.
   *
   * @throws org.seqlm.UserException with exit code 2
   */
  void checkOfExamples() {
    new Problems()
        .require(
            maxTokens == 0,
            "max-tokens is of text, and there are labelled examples: leave --max-tokens out")
        .require(
            pairs == null, "pairs are of text, and there are labelled examples: leave --pairs out")
        .throwIfAny();
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
