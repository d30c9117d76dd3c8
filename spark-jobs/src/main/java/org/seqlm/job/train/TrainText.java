package org.seqlm.job.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.neural.learner.Replay;
import org.seqlm.spark.feed.DatasetTokenSource;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.feed.ReplayedTokenSource;
import org.seqlm.spark.feed.StreamFeed;
import org.seqlm.spark.feed.TokenSource;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.training.WorkerReport;
import org.seqlm.vocab.Vocabulary;

/**
 * The text that a run trains on: the train split of its dataset, and where it replays old text,
 * excerpts of the train splits of others. The old ones' tokens have the ids that they have in the
 * new one.
 *
 * @param dataset with the new text
 * @param old those with the old text, in the order in which they are given
 * @param replay how they are mixed; null without old text
 */
record TrainText(Dataset dataset, List<Dataset> old, Replay replay) {

  /**
   * Opens the old datasets and checks them.
   *
   * @throws org.seqlm.UserException with exit code 2 if the tokens of one of them are others; 3 if
   *     it is damaged or empty
   */
  static TrainText of(TrainConfig config, Configuration hadoop, Dataset dataset)
      throws IOException {
    List<Dataset> old = new ArrayList<>();
    Problems problems = new Problems();
    if (config.replay().replays()) {
      for (String input : config.replay().inputs()) {
        Dataset one = Dataset.open(hadoop, input);
        check("replay.inputs: " + input, one, dataset, problems);
        old.add(one);
      }
    }
    problems.throwIfAny();
    long tokens = old.stream().mapToLong(one -> one.tokens(Split.TRAIN)).sum();
    return new TrainText(
        dataset,
        List.copyOf(old),
        old.isEmpty()
            ? null
            : Replay.of(
                dataset.tokens(Split.TRAIN), tokens, config.replay().rules(), config.seed()));
  }

  /** Checks that each token of the old dataset has the same id in the new one. */
  private static void check(String what, Dataset old, Dataset dataset, Problems problems)
      throws IOException {
    problems.require(
        old.details().rules().equals(dataset.details().rules()),
        what
            + " was cut into tokens by "
            + old.details().rules()
            + ", the input by "
            + dataset.details().rules()
            + ": replay datasets of the same tokenizer");
    if (old.details().vocabularyFingerprint().equals(dataset.details().vocabularyFingerprint())) {
      return;
    }
    Vocabulary was = old.vocabulary();
    Vocabulary is = dataset.vocabulary();
    int same = 0;
    while (same < Math.min(was.size(), is.size()) && was.token(same).equals(is.token(same))) {
      same++;
    }
    problems.require(
        same == was.size(),
        what
            + " has a vocabulary of "
            + was.size()
            + " tokens, whose number "
            + same
            + " is "
            + shown(was, same)
            + ", the input's is "
            + shown(is, same)
            + ": replay datasets whose vocabulary is the input's, or its first tokens");
  }

  private static String shown(Vocabulary vocabulary, int id) {
    return id < vocabulary.size()
        ? "\"" + vocabulary.token(id).replace("\n", "\\n").replace("\r", "\\r") + "\""
        : "none";
  }

  /** Tokens of a pass. */
  long tokens() {
    return replay == null ? dataset.tokens(Split.TRAIN) : replay.tokens();
  }

  /** Adds what the run's result depends on, by name. */
  void nameIn(Map<String, String> inputs) {
    for (int i = 0; i < old.size(); i++) {
      inputs.put("replay-" + (i + 1), old.get(i).fingerprint());
    }
  }

  /** What tasks read it from. */
  Feed feed(TrainConfig config, Configuration hadoop) {
    return new StreamFeed(source(hadoop), config.reading(), config.seed());
  }

  private TokenSource source(Configuration hadoop) {
    SharedSettings conf = new SharedSettings(hadoop);
    TokenSource fresh = new DatasetTokenSource(conf, dataset, Split.TRAIN);
    return replay == null
        ? fresh
        : new ReplayedTokenSource(
            fresh,
            old.stream().map(one -> new DatasetTokenSource(conf, one, Split.TRAIN)).toList(),
            replay);
  }

  /**
   * The old tokens that workers trained in a round.
   *
   * @param first step of the round
   * @param end one past its last step
   */
  long replayed(List<WorkerReport> reports, TrainConfig config, long first, long end) {
    if (replay == null) {
      return 0;
    }
    return reports.stream()
        .filter(report -> report.rejected() == null)
        .mapToLong(
            report ->
                replay.targets(
                    config.reading().shard(report.worker(), tokens(), config.seed()), first, end))
        .sum();
  }

  /** What a pass reads, in a line; empty without old text. */
  String text() {
    return replay == null
        ? ""
        : String.format(
            Locale.ROOT,
            "a pass reads %,d new tokens and %,d old ones (a share of %.4f) in %,d excerpts of %,d:"
                + " %.3g of the old text",
            replay.fresh(),
            replay.ofPass(),
            (double) replay.ofPass() / replay.tokens(),
            replay.excerpts(),
            replay.length(),
            replay.turns());
  }
}
