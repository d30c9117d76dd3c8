package org.seqlm.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;

class NightFiguresTest {
  private static JsonNode json(String text) throws Exception {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void readsWhatIsThere() throws Exception {
    NightFigures figures =
        NightFigures.of(
            json(
                "{'night': '2026-11-28', 'text': {'documents': 9, 'tokens': 5000000000,"
                    + " 'vocabulary': 271, 'unknown-rate': 0.25, 'later': []}, 'drift': {'share':"
                    + " 0.5, 'verdict': 'far', 'words': {'divergence': 0.125}}, 'seconds':"
                    + " {'train': 1.5}}"));
    assertThat(figures)
        .isEqualTo(
            new NightFigures(
                9L,
                5_000_000_000L,
                271,
                null,
                0.25,
                Map.of("share", 0.5, "words divergence", 0.125),
                Map.of("train", 1.5)));
    assertThat(NightFigures.read(figures.json())).isEqualTo(figures);
  }

  @Test
  void whatIsMissingOrOtherwiseIsNotKnown() throws Exception {
    assertThat(NightFigures.of(json("{}"))).isEqualTo(NightFigures.NONE);
    assertThat(NightFigures.read(json("{}"))).isEqualTo(NightFigures.NONE);
    assertThat(NightFigures.NONE.json()).isEmpty();
    assertThat(NightFigures.of(json("{'text': 7, 'drift': null, 'seconds': ['a']}")))
        .isEqualTo(NightFigures.NONE);
    assertThat(NightFigures.read(json("{'tokens': 'many', 'vocabulary': 1e30}")))
        .isEqualTo(NightFigures.NONE);
  }

  @Test
  void ofManyOnlyTheFirst() throws Exception {
    StringBuilder drift = new StringBuilder("{'drift': {'a': 1");
    for (int i = 0; i < 100; i++) {
      drift.append(", 'f").append(i).append("': ").append(i);
    }
    assertThat(NightFigures.of(json(drift + "}}")).drift()).hasSize(24).containsKey("a");
  }
}
