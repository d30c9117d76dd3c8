package org.seqlm.job.corpus.profile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.Coverage;
import org.seqlm.profile.HeapsFit;
import org.seqlm.profile.MandelbrotFit;
import org.seqlm.profile.Richness;
import org.seqlm.profile.WordTrend;

/**
 * What is computed of a profile's counts.
 *
 * @param zipf null where there are too few words
 * @param heaps null likewise
 * @param richness null likewise
 * @param needed by share of the tokens how many words make it up; empty likewise
 * @param coverage by the most frequent words; empty likewise
 * @param trends the clearest; none where the groups have no places
 */
record ProfileLaws(
    MandelbrotFit zipf,
    HeapsFit heaps,
    Richness richness,
    Map<String, Long> needed,
    List<Coverage.Point> coverage,
    List<WordTrend> trends) {
  /** What a trend's corrected p is below, where the trend is taken for one. */
  private static final double SIGNIFICANCE = 0.05;

  private static final int[] PERCENTS = {50, 80, 90, 95, 99};

  /** The trends that are significant after the correction for all words that were tested. */
  List<WordTrend> clearTrends() {
    return trends.stream().filter(word -> word.corrected() < SIGNIFICANCE).toList();
  }

  static ProfileLaws of(CorpusProfile profile) {
    Map<String, Long> needed = new LinkedHashMap<>();
    if (profile.tokens() > 0) {
      for (int percent : PERCENTS) {
        needed.put(percent + " %", Coverage.needed(profile.words().frequencies(), percent / 100.0));
      }
    }
    return new ProfileLaws(
        MandelbrotFit.of(profile.words().halves()),
        HeapsFit.of(profile.points(), profile.words().growth()),
        Richness.of(profile.words().frequencies()),
        needed,
        profile.tokens() == 0
            ? List.of()
            : Coverage.curve(
                profile.words().frequencies(), profile.words().halves(), profile.words().heldOut()),
        WordTrend.of(profile));
  }
}
