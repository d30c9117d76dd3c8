package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.counts.CountsRestrictCommand;
import org.seqlm.job.counts.CountsRestrictConfig;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;

/**
 * Counts the n-grams of the night's train split, and adds them to those of the champion's line,
 * which are not counted again. They become the version's if it is promoted or comes again: what was
 * kept out is taken by the next night once more, and must not be counted twice.
 */
final class CountStep {
  private CountStep() {}

  /**
   * The configuration, before any work.
   *
   * @param start null where there is no registry yet
   * @throws UserException with exit code 2 where a key is wrong, 3 where the champion's counts are
   *     of another order or boundary
   */
  static void check(NightFolder night, NightStart start) throws IOException {
    if (!night.config().steps().count()) {
      return;
    }
    String before = start == null ? null : start.counts();
    // The first night's counts are to be added to, too.
    NgramsConfig config = config(night, night.dataset(), before == null ? night.counts() : before);
    if (before == null) {
      return;
    }
    NgramDetails details = NgramArtifact.open(night.hadoop(), before).details();
    if (details.order() != config.order() || details.boundary() != config.boundary()) {
      throw UserException.configuration(
          "the champion's counts are of order "
              + details.order()
              + " and boundary "
              + Json.name(details.boundary())
              + ", but ngrams asks for order "
              + config.order()
              + " and boundary "
              + Json.name(config.boundary())
              + ", and these do not add up: set ngrams.order and ngrams.boundary to those, or"
              + " steps.count to false, until a night is promoted, to begin anew");
    }
  }

  private static NgramsConfig config(NightFolder night, String text, String before) {
    return ConfigLoader.load(
        "ngrams",
        NgramsConfig.class,
        night
            .keys(night.config().ngrams())
            .put("input.paths", List.of(text))
            .put("split", "train")
            .put("add", before)
            .put("output", night.counts())
            .tree());
  }

  /** The folder of the counts of all nights. */
  static String run(NightFolder night, NightStart start, NightPlan plan, Dataset dataset)
      throws Exception {
    String before = start.counts();
    if (before == null && start.champion() != 0) {
      night
          .context()
          .progress()
          .message("note: the champion has no counts, so counting begins with this night");
    }
    Dataset whole = holdsAll(dataset, before) ? dataset : words(night, plan, dataset);
    NgramsConfig config = config(night, whole.artifact().name(), before);
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("dataset", whole.artifact().manifest().fingerprint());
    if (before != null) {
      inputs.put("counts", ArtifactReader.open(night.hadoop(), before).manifest().fingerprint());
    }
    JsonNode recorded = Json.tree(config.with(whole.details().rules()).recorded());
    if (!night.isThere(night.counts(), inputs, recorded)) {
      new NgramsCommand().run(config, night.inner("ngrams", Overwrite.REPLACE));
    }
    return night.counts();
  }

  /**
   * Whether every word of the train split is in a dataset's vocabulary, and, where nothing was
   * counted before that says so, no other.
   */
  private static boolean holdsAll(Dataset dataset, String before) {
    JsonNode from = dataset.artifact().manifest().config().path("vocabulary").path("from");
    return dataset.details().splits().get(Split.TRAIN).unknown() == 0
        && from.asText().equals(Json.name(VocabularySource.TRAIN))
        && (before != null || dataset.details().extended() == null);
  }

  /** The same text, cut and dealt to splits in the same way, with every word of the train split. */
  private static Dataset words(NightFolder night, NightPlan plan, Dataset dataset)
      throws Exception {
    FlagValues keys =
        PrepareStep.keys(night, plan, night.words())
            .put("vocabulary.max-size", 0)
            .put("vocabulary.min-count", 1)
            .put("vocabulary.from", Json.name(VocabularySource.TRAIN))
            .put("vocabulary.base", NullNode.getInstance())
            .put("vocabulary.max-appended", NullNode.getInstance());
    Dataset words = PrepareStep.prepare(night, night.words(), keys);
    if (words.tokens(Split.TRAIN) != dataset.tokens(Split.TRAIN)) {
      throw UserException.data(
          "the night's text has changed while it was read: start the night again");
    }
    return words;
  }

  /**
   * The model to score beside the others: with no more words than a dataset of its own would have
   * by the limits of the vocabulary, all others being unknown to it, as they are to the networks.
   */
  static String baseline(NightFolder night, String counts) throws Exception {
    JsonNode limits = night.config().prepare().path("vocabulary");
    if (limits.path("min-count").asLong(1) <= 1 && limits.path("max-size").asLong(0) == 0) {
      return counts;
    }
    CountsRestrictConfig config =
        ConfigLoader.load(
            "counts-restrict",
            CountsRestrictConfig.class,
            night
                .keys(null)
                .put("input", counts)
                .put("output", night.baseline())
                .put("vocabulary.min-count", limits.path("min-count"))
                .put("vocabulary.max-size", limits.path("max-size"))
                .put("model", night.config().ngrams().path("model"))
                .tree());
    new CountsRestrictCommand().run(config, night.inner("counts restrict", Overwrite.REPLACE));
    return night.baseline();
  }
}
