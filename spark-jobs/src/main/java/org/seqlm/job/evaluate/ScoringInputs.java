package org.seqlm.job.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.job.cli.BuiltInExample;
import org.seqlm.spark.models.PathModel;
import org.seqlm.text.TokenizerKind;

/** What jobs score, and with what. */
public final class ScoringInputs {
  private ScoringInputs() {}

  /** Whether an input is labelled examples. */
  static boolean isExamples(Configuration hadoop, CorpusSource input) throws IOException {
    return input.paths().size() == 1
        && !CorpusPlan.isGlob(input.paths().get(0))
        && ArtifactReader.isOf(hadoop, input.paths().get(0), ArtifactKind.EXAMPLES);
  }

  /**
   * The dataset that an input is, or null where it is text.
   *
   * @throws UserException with exit code 2 if it is a dataset among others, or what seqlm example
   *     wrote, 3 if it is another artifact
   */
  public static Dataset dataset(Configuration hadoop, CorpusSource input) throws IOException {
    BuiltInExample built = BuiltInExample.find(hadoop, input.paths());
    if (built != null) {
      throw built.unprepared("give DATA");
    }
    for (String path : input.paths()) {
      // An analysis may keep text, which is found in it.
      if (!CorpusPlan.isGlob(path)
          && ArtifactReader.isArtifact(hadoop, path)
          && !ArtifactReader.isOf(hadoop, path, ArtifactKind.ANALYSIS)) {
        if (input.paths().size() > 1) {
          throw UserException.configuration(
              "--input takes texts or one dataset, but "
                  + path
                  + " is a dataset among "
                  + input.paths().size()
                  + " inputs");
        }
        return Dataset.open(hadoop, path);
      }
    }
    return null;
  }

  /**
   * A split and what is to score it.
   *
   * @param statistics of the whole split
   * @param tokens to score: all of it, or its first
   */
  public record OnSplit(
      Dataset dataset, SplitStatistics statistics, long tokens, List<PathModel> models) {}

  /** Opens every model before the first is scored: a typo in the last costs nothing. */
  static List<PathModel> open(Configuration hadoop, List<String> paths) throws IOException {
    List<PathModel> models = new ArrayList<>();
    for (String path : paths) {
      models.add(PathModel.open(hadoop, path));
    }
    return models;
  }

  /**
   * Opens every model that is to score a dataset's split.
   *
   * @param maxTokens to score at most; 0 for all
   * @param remedy what to do about a model that reads other tokens
   * @throws UserException with exit code 3 if the split has no tokens, 2 if a model reads others
   */
  public static OnSplit onSplit(
      Configuration hadoop,
      Dataset dataset,
      Split split,
      long maxTokens,
      List<String> paths,
      String remedy)
      throws IOException {
    String name = dataset.artifact().name();
    SplitStatistics statistics = dataset.details().splits().get(split);
    if (statistics == null || statistics.tokens() == 0) {
      throw UserException.data(
          "the "
              + Json.name(split)
              + " split of "
              + name
              + " has no tokens: prepare the dataset with such a split, or give another --split");
    }
    List<PathModel> models = open(hadoop, paths);
    TokenizerKind kind = dataset.details().rules().kind();
    for (int i = 0; i < models.size(); i++) {
      if (!models.get(i).takes(kind)) {
        throw UserException.configuration(
            "model "
                + paths.get(i)
                + " reads "
                + Json.name(models.get(i).rules().kind())
                + " tokens, but "
                + name
                + " holds "
                + Json.name(kind)
                + " tokens: "
                + remedy);
      }
    }
    long tokens = maxTokens == 0 ? statistics.tokens() : Math.min(maxTokens, statistics.tokens());
    return new OnSplit(dataset, statistics, tokens, models);
  }
}
