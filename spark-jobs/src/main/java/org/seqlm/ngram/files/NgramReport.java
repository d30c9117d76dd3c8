package org.seqlm.ngram.files;

import java.util.List;
import org.seqlm.ngram.heldout.NgramScore;
import org.seqlm.ngram.heldout.Tuning;
import org.seqlm.ngram.stats.NgramStatistics;

/**
 * What a count found out: {@code statistics.json} of its artifact.
 *
 * @param statistics of the n-grams
 * @param scored the text that the models were scored on, for instance {@code valid split} or {@code
 *     counted text}
 * @param scoredTokens tokens of that text that the models read
 * @param scoredUnknown of them, those outside the vocabulary
 * @param models every order's maximum likelihood and add-k model, then the back-off model
 * @param tuning of Jelinek-Mercer's λ on the same text; null where they were given
 */
public record NgramReport(
    NgramStatistics statistics,
    String scored,
    long scoredTokens,
    long scoredUnknown,
    List<NgramScore> models,
    Tuning tuning) {
  public NgramReport {
    models = List.copyOf(models);
  }
}
