package org.seqlm.profile;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.terms.MultipleTests;

/**
 * A word that becomes more or less frequent.
 *
 * @param word its spelling
 * @param count how often it stands in the text
 * @param documents that have it
 * @param counts by group
 * @param trend the line through its rates
 * @param tau Kendall's, of places and rates
 * @param p of the trend, were it tested alone
 * @param corrected the same by Holm's correction for all words that were tested
 */
public record WordTrend(
    String word,
    long count,
    long documents,
    long[] counts,
    RateTrend trend,
    double tau,
    double p,
    double corrected) {

  /** The clearest trends of a text; none where its groups have no places. */
  public static List<WordTrend> of(CorpusProfile profile) {
    double[] places = profile.places();
    List<WordFindings.Word> words = profile.words().trends();
    if (places == null || words.isEmpty()) {
      return List.of();
    }
    long[] tokens = profile.groups().stream().mapToLong(CorpusProfile.Group::tokens).toArray();
    List<RateTrend> lines = new ArrayList<>();
    for (WordFindings.Word word : words) {
      lines.add(RateTrend.of(places, word.counts, tokens));
    }
    double[] p = lines.stream().mapToDouble(RateTrend::p).toArray();
    double[] corrected = MultipleTests.holmOfUnsorted(p, profile.words().tested());
    List<WordTrend> trends = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      WordFindings.Word word = words.get(i);
      trends.add(
          new WordTrend(
              word.text(),
              word.count,
              word.documents,
              word.counts(),
              lines.get(i),
              RateTrend.tau(places, word.counts, tokens),
              p[i],
              corrected[i]));
    }
    return trends;
  }

  /** The slope as a share of the word's mean rate, a unit of x. */
  public double relative() {
    return trend.slope() / trend.rate();
  }
}
