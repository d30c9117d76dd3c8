package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.gate.DocumentSet;
import org.seqlm.gate.ScoredDocument;
import org.seqlm.metrics.Night;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.scoring.DocumentStep.DocumentBits;

/**
 * How the n-gram model of all nights stands beside champion and challenger, on the same fresh
 * documents. It decides nothing.
 */
final class BaselineStep {
  private BaselineStep() {}

  /**
   * Scores.
   *
   * @param counts of the champion's line and this night
   * @param contest what the other two made of the documents; empty where there was no champion
   */
  static Night.Ngrams run(
      NightFolder night,
      NightStart start,
      Dataset dataset,
      String counts,
      List<ScoredDocument> contest)
      throws Exception {
    NgramArtifact artifact = NgramArtifact.open(night.hadoop(), counts);
    NgramDetails details = artifact.details();
    String before = start.counts();
    return new Night.Ngrams(
        details.tokens(),
        before == null ? 0 : NgramArtifact.open(night.hadoop(), before).details().tokens(),
        artifact.countedWords().types(),
        details.ngrams(),
        models(night, dataset, CountStep.baseline(night, counts), contest));
  }

  private static List<Night.Bits> models(
      NightFolder night, Dataset dataset, String baseline, List<ScoredDocument> contest)
      throws IOException {
    double characters = dataset.details().splits().get(Split.TEST).characters();
    if (characters == 0) {
      return List.of();
    }
    boolean first = contest.isEmpty();
    Contestants models =
        new Contestants(
            night.context(), first ? List.of(night.run(), baseline) : List.of(baseline));
    double[] sums = new double[3]; // champion, challenger, n-grams
    for (DocumentBits one : models.bits(dataset)) {
      sums[1] += first ? one.bits(0) : 0;
      sums[2] += one.bits(first ? 1 : 0);
    }
    for (ScoredDocument one : contest) {
      if (one.set() == DocumentSet.FRESH) {
        sums[0] += one.championBits();
        sums[1] += one.challengerBits();
      }
    }
    List<Night.Bits> told = new ArrayList<>();
    if (!first) {
      told.add(bits("champion", sums[0] / characters));
    }
    told.add(bits("challenger", sums[1] / characters));
    told.add(bits(models.name(first ? 1 : 0), sums[2] / characters));
    return told;
  }

  private static Night.Bits bits(String model, double value) {
    return new Night.Bits(model, Double.isFinite(value) ? value : null);
  }
}
