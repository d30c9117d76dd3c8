package org.seqlm.report;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.report.page.Figures;

/** What a model wrote while it learned: a few texts at once, all of them behind a fold. */
final class GeneratedSamples {
  /** Samples shown at once; the others fold away. */
  private static final int SAMPLES_SHOWN = 6;

  private GeneratedSamples() {}

  /** What the page shows of the samples of one run, whose validations come in their order. */
  static Map<String, Object> view(List<ValidationMetrics> validations) {
    List<ValidationMetrics> samples =
        validations.stream().filter(v -> v.sample() != null && !v.sample().isEmpty()).toList();
    List<Integer> shown = chosen(samples.size());
    return Map.of(
        "hasSamples",
        !samples.isEmpty(),
        "samples",
        shown.stream().map(i -> sample(samples.get(i))).toList(),
        "hasMore",
        shown.size() < samples.size(),
        "allSamples",
        samples.stream().map(GeneratedSamples::sample).toList(),
        "sampleCount",
        samples.size());
  }

  private static Map<String, Object> sample(ValidationMetrics at) {
    return Map.of(
        "round", Figures.whole(at.round()),
        "tokens", Figures.brief(at.tokens()),
        "perplexity", Figures.perplexity(at.perplexity()),
        "lines", at.sample().lines().toList());
  }

  /** First, last, and between them ever more widely spaced: most happens early. */
  private static List<Integer> chosen(int n) {
    TreeSet<Integer> chosen = new TreeSet<>();
    if (n <= SAMPLES_SHOWN) {
      for (int i = 0; i < n; i++) {
        chosen.add(i);
      }
      return List.copyOf(chosen);
    }
    for (int i = 0; i < SAMPLES_SHOWN; i++) {
      int wanted = (int) Math.round(Math.pow(n, i / (SAMPLES_SHOWN - 1.0)) - 1);
      chosen.add(Math.max(i, wanted));
    }
    return List.copyOf(chosen);
  }
}
