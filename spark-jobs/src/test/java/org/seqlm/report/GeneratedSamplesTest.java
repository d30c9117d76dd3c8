package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.metrics.ValidationMetrics;

class GeneratedSamplesTest {
  private static Map<String, Object> view(int samples) {
    return GeneratedSamples.view(
        IntStream.range(0, samples)
            .mapToObj(round -> new ValidationMetrics(round, 10, 1, 2.718, 1, "a\nb", null, null))
            .toList());
  }

  private static List<String> rounds(Map<String, Object> view, String key) {
    return ((List<?>) view.get(key))
        .stream().map(sample -> ((Map<?, ?>) sample).get("round").toString()).toList();
  }

  /** 100 to the power of 0, 1/5 … 1, less one. */
  @Test
  void ofManyTheEarlyOnesAreShown() {
    Map<String, Object> view = view(100);
    assertThat(rounds(view, "samples")).containsExactly("0", "2", "5", "15", "39", "99");
    assertThat(rounds(view, "allSamples")).hasSize(100);
    assertThat(view).containsEntry("hasMore", true).containsEntry("sampleCount", 100);
  }

  @Test
  void fewAreAllShown() {
    for (int n = 1; n <= 6; n++) {
      assertThat(rounds(view(n), "samples")).isEqualTo(rounds(view(n), "allSamples")).hasSize(n);
      assertThat(view(n)).containsEntry("hasMore", false);
    }
    for (int n = 7; n <= 60; n++) {
      assertThat(rounds(view(n), "samples"))
          .hasSize(6)
          .doesNotHaveDuplicates()
          .startsWith("0")
          .endsWith("" + (n - 1));
    }
  }

  @Test
  void aValidationWithoutASampleIsNone() {
    Map<String, Object> view =
        GeneratedSamples.view(
            List.of(
                new ValidationMetrics(0, 10, 1, 2.718, 1, null, null, null),
                new ValidationMetrics(1, 10, 1, 2.718, 1, "", null, null),
                new ValidationMetrics(2, 10, 1, 2.718, 1, "x", null, null)));
    assertThat(rounds(view, "samples")).containsExactly("2");
    assertThat(view(0)).containsEntry("hasSamples", false);
  }
}
