package org.seqlm.job.nightlydemo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.job.nightlydemo.DemoNight.Contest;
import org.seqlm.job.nightlydemo.DemoNight.Death;
import org.seqlm.job.nightlydemo.DemoNight.Decision;
import org.seqlm.job.nightlydemo.DemoNight.Drift;
import org.seqlm.job.nightlydemo.DemoNight.Text;
import org.seqlm.job.nightlydemo.DemoNight.Training;
import org.seqlm.job.nightlydemo.Promises.Promise;

class PromisesTest {
  private static final Special.Nights SPECIAL = new Special.Nights(2, 3, 5, 6, 7);
  private static final Drift NO_DRIFT = new Drift(0.008, 0.009, 0.6);
  private static final Death DEATH = new Death(137, 2, 2, true, true);

  private static DemoNight night(
      int night, Decision decision, Drift drift, int appended, int version, Death death) {
    String date = "2026-03-0" + night;
    List<String> taken =
        night == 4 ? List.of("text/dt=2026-03-03", "text/dt=" + date) : List.of("text/dt=" + date);
    return new DemoNight(
        night,
        date,
        SPECIAL.of(night),
        decision,
        List.of("a mean gain above 0.0020 bits a character is shown: evidence e^3.00"),
        0,
        new Text(taken, List.of(), 100, 300, appended, 0.0, drift),
        new Training(2, 1.5),
        night == 1 ? null : new Contest(50, 0.01),
        version,
        version,
        death,
        "report.html",
        1.25);
  }

  private static DemoNight failed(int night, int exitCode) {
    return DemoNight.failed(
        night, "2026-03-0" + night, SPECIAL.of(night), exitCode, List.of("it broke: off"), 2, 0.1);
  }

  /** As they should be. */
  private static List<DemoNight> nights() {
    return new ArrayList<>(
        List.of(
            night(1, Decision.PROMOTED, null, 0, 1, null),
            night(2, Decision.PROMOTED, new Drift(0.1, 0.01, 0.005), 0, 2, null),
            failed(3, 3),
            night(4, Decision.KEPT, NO_DRIFT, 0, 3, null),
            night(5, Decision.PROMOTED, NO_DRIFT, 0, 4, DEATH),
            night(6, Decision.KEPT, NO_DRIFT, 0, 5, null),
            night(7, Decision.PROMOTED, NO_DRIFT, 28, 6, null)));
  }

  private static List<Promise> broken(List<DemoNight> nights, int champion) {
    return Promises.of(nights, SPECIAL, 32, champion).stream().filter(one -> !one.kept()).toList();
  }

  /** What is broken where one night is another. */
  private static List<Integer> broken(DemoNight other) {
    List<DemoNight> nights = nights();
    nights.set(other.night() - 1, other);
    return broken(nights, other.night() == 7 ? other.version() : 6).stream()
        .map(Promise::night)
        .toList();
  }

  @Test
  void nightsAsTheyShouldBeBreakNoPromise() {
    assertThat(Promises.of(nights(), SPECIAL, 32, 6)).hasSize(8).allMatch(Promise::kept);
    assertThat(broken(failed(6, 4))).isEmpty();
    assertThat(Promises.of(nights().subList(0, 1), new Special.Nights(0, 0, 0, 0, 0), 32, 1))
        .hasSize(2)
        .allMatch(Promise::kept);
  }

  @Test
  void eachThatDoesNotHoldIsTold() {
    assertThat(broken(nights(), 5)).extracting(Promise::night).containsExactly(0);
    assertThat(broken(night(2, Decision.PROMOTED, NO_DRIFT, 0, 2, null))).containsExactly(2);
    assertThat(broken(night(2, Decision.PROMOTED, null, 0, 2, null))).containsExactly(2);
    assertThat(broken(night(3, Decision.PROMOTED, NO_DRIFT, 0, 3, null))).containsExactly(3);
    assertThat(broken(failed(3, 5))).containsExactly(3);
    // An ordinary night that fails, and so does not take what was mended.
    assertThat(broken(failed(4, 3))).containsExactly(0, 4);
    for (Death death :
        new Death[] {
          null,
          new Death(0, 2, 2, true, true),
          new Death(137, 0, 2, true, true),
          new Death(137, 2, 1, true, true),
          new Death(137, 2, 2, false, true),
          new Death(137, 2, 2, true, false)
        }) {
      assertThat(broken(night(5, Decision.PROMOTED, NO_DRIFT, 0, 4, death))).containsExactly(5);
    }
    assertThat(broken(night(6, Decision.PROMOTED, NO_DRIFT, 0, 5, null))).containsExactly(6);
    assertThat(broken(failed(6, 3))).containsExactly(6);
    assertThat(broken(night(7, Decision.PROMOTED, NO_DRIFT, 3, 6, null))).containsExactly(7);
  }

  @Test
  void aNightIsARowAndARecord() {
    assertThat(NightTable.header()).startsWith("night  date        special");
    assertThat(NightTable.row(night(2, Decision.PROMOTED, new Drift(0.1, 0, 1), 0, 2, null)))
        .isEqualTo(
            "    2  2026-03-02  frequent words are rare   promoted        v2  +0.0100   0.100"
                + "      1.3  a mean gain above 0.0020 bits a character is shown");
    // What a failed night says is told whole.
    assertThat(NightTable.row(failed(3, 3))).endsWith("0.1  it broke: off");
    JsonNode record = Json.tree(failed(3, 3));
    assertThat(record.path("night").asInt()).isEqualTo(3);
    assertThat(record.path("decision").asText()).isEqualTo("failed");
    assertThat(record.path("special").asText()).isEqualTo("corrupt");
    assertThat(record.path("exit-code").asInt()).isEqualTo(3);
    assertThat(record.path("reasons").get(0).asText()).isEqualTo("it broke: off");
    assertThat(record.has("contest")).isFalse();
  }

  @Test
  void aNightIsReadFromTheResultOfRetrain() throws Exception {
    JsonNode result =
        Json.mapper()
            .readTree(
                """
                {"decision": "kept", "reasons": ["one", "two"], "version": 3, "champion": 2,
                 "plan": {"take": [{"name": "text/dt=2026-03-04"}],
                          "findings": [{"kind": "late", "text": "it is late"}]},
                 "text": {"documents": 10, "vocabulary": 30, "appended": 2, "unknown-rate": 0.5},
                 "drift": {"divergence": 0.008, "chance": 0.009, "p": 0.6},
                 "contest": {"documents": 5, "gain": -0.25}, "report": "page.html"}
                """);
    DemoNight night = DemoNight.of(4, "2026-03-04", null, result, new Training(2, 1), null, 2);
    assertThat(night.decision()).isEqualTo(Decision.KEPT);
    assertThat(night.reasons()).containsExactly("one", "two");
    assertThat(night.text())
        .isEqualTo(
            new Text(
                List.of("text/dt=2026-03-04"), List.of("it is late"), 10, 30, 2, 0.5, NO_DRIFT));
    assertThat(night.contest()).isEqualTo(new Contest(5, -0.25));
    assertThat(night.champion()).isEqualTo(2);
    assertThat(night.report()).isEqualTo("page.html");
  }
}
