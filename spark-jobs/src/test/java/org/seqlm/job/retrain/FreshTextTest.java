package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.RegistryState;

/** What of a night's text may be evidence. */
class FreshTextTest {
  private static InputPartition partition(String name) {
    return new InputPartition(name, null, "/text/" + name, 1, 10, "listing");
  }

  private static Decision decision(Decider by, String night, String numbers) throws Exception {
    return new Decision(
        "2026-03-02T00:00:00Z",
        by,
        night,
        Outcome.FAILED,
        0,
        0,
        List.of(),
        Json.mapper().readTree(numbers),
        "");
  }

  @Test
  void whatSpokeOnAnotherNightIsNotFresh() throws Exception {
    RegistryState state =
        new RegistryState(
            0,
            List.of(),
            List.of(
                decision(Decider.NIGHT, "2026-03-02", "{\"spoken\": [\"a\", \"b\"]}"),
                decision(Decider.NIGHT, null, "{\"spoken\": [\"c\"], \"night\": \"2026-03-03\"}"),
                decision(Decider.NIGHT, "2026-03-04", "{}"),
                decision(Decider.USER, null, "{\"spoken\": [\"d\"]}")),
            List.of());
    assertThat(FreshText.spoken(state, "2026-03-05")).containsExactlyInAnyOrder("a", "b", "c");
    // A night that is started again tests on what it tested on.
    assertThat(FreshText.spoken(state, "2026-03-03")).containsExactlyInAnyOrder("a", "b");

    List<InputPartition> taken = List.of(partition("b"), partition("d"), partition("e"));
    assertThat(FreshText.fresh(taken, Set.of("a", "b", "c")))
        .extracting(InputPartition::name)
        .containsExactly("d", "e");
  }

  /** A decision's numbers have room for 8 KiB of names: 8192 / (12 + 4) of 12 bytes. */
  @Test
  void ofVeryManyTheNewestSpeak() {
    List<InputPartition> taken =
        IntStream.range(0, 1000)
            .mapToObj(i -> partition(String.format("partition%03d", i)))
            .toList();
    assertThat(FreshText.fresh(taken, Set.of()))
        .hasSize(512)
        .startsWith(taken.get(488))
        .endsWith(taken.get(999));
  }
}
