package org.seqlm.job.drift;

import java.io.IOException;
import java.util.List;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.drift.ChampionScore;
import org.seqlm.drift.NewNgrams;
import org.seqlm.job.cli.JobContext;
import org.seqlm.lm.Score;
import org.seqlm.lm.Spelling;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.ScoringStep;
import org.seqlm.spark.scoring.TextScoring;
import org.seqlm.spark.scoring.VocabularyMapping;

/** What models make of the new text, and of the old split that it is compared with. */
final class DriftModels {
  /** Of the old split's first tokens, which say enough. */
  private static final long MOST_OLD_TOKENS = 1 << 20;

  private final DriftConfig config;
  private final JobContext context;
  private final CorpusPlan plan;
  private final Dataset dataset;

  DriftModels(DriftConfig config, JobContext context, CorpusPlan plan, Dataset dataset) {
    this.config = config;
    this.context = context;
    this.plan = plan;
    this.dataset = dataset;
  }

  /** N-grams that the counts do not have. */
  NewNgrams ngrams(int order) throws IOException {
    // Maximum likelihood gives those, and no others, the probability 0.
    PathModel model =
        PathModel.open(context.hadoop(), config.counts() + "#estimator=mle,order=" + order);
    Score fresh = onText(model).score();
    Score old = onSplit(model).score();
    return new NewNgrams(
        order,
        fresh.tokens(),
        fresh.zeroProbability(),
        fresh.tokens() == 0 ? 0 : (double) fresh.zeroProbability() / fresh.tokens(),
        old.tokens() == 0 ? null : (double) old.zeroProbability() / old.tokens());
  }

  /** What the champion makes of both. */
  ChampionScore champion(PathModel model) throws IOException {
    TextScoring.OfModel fresh = onText(model);
    ScoringStep.Result old = onSplit(model);
    SplitStatistics split = dataset.details().splits().get(config.split());
    // What is known of the split as a whole, its part takes its share of.
    double share = split.tokens() == 0 ? 0 : (double) read(split) / split.tokens();
    return new ChampionScore(
        finite(fresh.score().perplexity()),
        bits(
            fresh.score(),
            Spelling.nats(fresh.score().unknown(), fresh.unknownBytes()),
            fresh.characters()),
        old.score().tokens() == 0 ? null : finite(old.score().perplexity()),
        bits(
            old.score(),
            share * Spelling.nats(split.unknown(), split.unknownBytes())
                + Spelling.nats(old.lackingWords(), old.lackingBytes()),
            share * split.characters()));
  }

  private static long read(SplitStatistics split) {
    return Math.min(split.tokens(), MOST_OLD_TOKENS);
  }

  private static Double bits(Score score, double spelling, double characters) {
    return characters == 0 || score.tokens() == 0 || score.zeroProbability() > 0
        ? null
        : (score.nats() + spelling) / Math.log(2) / characters;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private TextScoring.OfModel onText(PathModel model) throws IOException {
    return TextScoring.score(
            context.sparkContext(),
            plan,
            config.input(),
            List.of(new TextScoring.Scorer(model.rules(), model.supplier(context.sparkContext()))),
            null,
            context.progress())
        .models()
        .get(0);
  }

  /** Nothing where the model reads other tokens than the dataset holds. */
  private ScoringStep.Result onSplit(PathModel model) throws IOException {
    if (!model.takes(dataset.details().rules().kind())) {
      return new ScoringStep.Result(Score.NONE, 0, 0);
    }
    return ScoringStep.score(
        context.sparkContext(),
        dataset,
        config.split(),
        MOST_OLD_TOKENS,
        model.supplier(context.sparkContext()),
        VocabularyMapping.of(dataset.vocabulary(), model.vocabulary()));
  }
}
