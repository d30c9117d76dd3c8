package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.VersionStatus;

/**
 * A challenger that comes again, and whose held-out documents speak.
 *
 * <p>With a margin of −100 bits a character and gains cut at 1, each document is an observation of
 * 1. The first is never bet on and the others at 0.75, the boldest stake, so n documents make
 * 1.75^(n − 1) of the capital, each night anew: by hand, {@link #log}.
 */
class CarriedNightsTest {
  /** Of one night's capital not enough, of two nights' more than enough. */
  private static final double ALPHA = 3e-5;

  /** Not even of two nights. */
  private static final double LESS = 1e-30;

  private static final int NIGHTS = 366;

  @TempDir static Path folder;
  private static Nights nights;

  /** A registry after the first night. */
  private static Path first;

  /** And after the second, whose challenger waits. */
  private static Path second;

  private static JsonNode kept;

  @BeforeAll
  static void nights() throws IOException {
    nights = Nights.of(folder, 3, 3000);
    first = folder.resolve("first");
    night(first, 1, ALPHA);
    second = copy(first, "second");
    kept = night(second, 2, ALPHA);
  }

  private static JsonNode night(Path registry, int day, double alpha) throws IOException {
    return nights.night(registry, "2026-03-0" + day, with(alpha, "seed=1").toArray());
  }

  private static List<Object> with(double alpha, String more) {
    List<Object> sets = new ArrayList<>();
    for (String set :
        List.of(
            "steps={drift: false, count: false, samples: false}",
            "gate.margin=-100",
            "gate.clip={least: 1, most: 1}",
            "gate.carry={almost: 0.1, nights: 3}",
            "gate.budget.alpha=" + alpha,
            "gate.least-documents=5",
            "night={missing: ignore, shrunken: ignore}",
            "keep.versions=1",
            more)) {
      sets.addAll(List.of("--set", set));
    }
    return sets;
  }

  private static Path copy(Path registry, String name) throws IOException {
    Path copy = folder.resolve(name);
    FileUtils.copyDirectory(registry.toFile(), copy.toFile());
    FileUtils.copyDirectory(
        Path.of(registry + "-nights").toFile(), Path.of(copy + "-nights").toFile());
    return copy;
  }

  private static RegistryState state(Path registry) throws IOException {
    return Registry.open(new Configuration(), registry.toString()).state();
  }

  private static Decision last(Path registry) throws IOException {
    List<Decision> history = state(registry).history();
    return history.stream()
        .filter(one -> one.what() != Outcome.PRUNED)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private static void models(String operation, Path registry, Object... more) {
    List<Object> line = new ArrayList<>(List.of("models", operation, registry));
    line.addAll(List.of(more));
    NgramsOutcomes.Outcome done = NgramsOutcomes.run(line.toArray());
    assertThat(done.code()).as(done.errors()).isZero();
  }

  /** ln(capital) of a night of n documents. */
  private static double log(int documents) {
    return (documents - 1) * Math.log(1.75);
  }

  /** Of the second night, 61st of the year. */
  private static double shareOfSecond(double alpha) {
    return alpha / (NIGHTS - 61 + 1);
  }

  @Test
  void evidenceOfTwoNightsPromotes() throws IOException {
    int before = kept.path("contest").path("documents").asInt();
    assertThat(kept.path("decision").asText()).isEqualTo("kept");
    assertThat(kept.path("reasons").toString()).contains("may come again", "after 1 of 3 nights");
    assertThat(state(second).version(2).status()).isEqualTo(VersionStatus.KEPT);
    JsonNode evidence = last(second).numbers().path("evidence");
    assertThat(evidence.path("log-capital").asDouble()).isCloseTo(log(before), within(1e-9));
    assertThat(evidence.path("share").asDouble()).isCloseTo(shareOfSecond(ALPHA), within(1e-12));

    Path registry = copy(second, "two");
    JsonNode third = night(registry, 3, ALPHA);

    JsonNode contest = third.path("contest");
    int now = contest.path("documents").asInt();
    assertThat(third.path("decision").asText()).isEqualTo("promoted");
    assertThat(third.path("champion").asInt()).isEqualTo(2);
    assertThat(contest.path("test").path("before").asDouble()).isCloseTo(log(before), within(1e-9));
    assertThat(contest.path("test").path("last").asDouble())
        .isCloseTo(log(before) + log(now), within(1e-9));
    assertThat(contest.path("test").path("needed").asDouble())
        .isCloseTo(-Math.log(shareOfSecond(ALPHA)), within(1e-9))
        .isGreaterThan(log(before))
        .isGreaterThan(log(now));
    // Its one share was spent once, and came back; and no other challenger began.
    assertThat(contest.path("spent").path("shares").asDouble()).isCloseTo(0, within(1e-18));
    assertThat(contest.path("spent").path("challengers").asInt()).isEqualTo(1);
    assertThat(state(registry).versions()).hasSize(2);
    assertThat(Path.of(registry + "-nights/2026-03-03/run")).doesNotExist();
    assertThat(Path.of(third.path("report").asText()))
        .content()
        .contains("version 2 takes the place of version 1");
    assertThat(night(registry, 3, ALPHA).path("again").asBoolean()).isTrue();

    // The third night's text has not been trained on, but what was held out of it has spoken.
    JsonNode fourth = night(registry, 4, ALPHA);
    assertThat(fourth.path("plan").path("take").get(0).path("name").asText())
        .isEqualTo("text/dt=2026-03-03");
    assertThat(fourth.path("decision").asText()).isEqualTo("kept");
    assertThat(fourth.path("reasons").get(0).asText()).startsWith("no fresh text");
    assertThat(fourth.path("version").asInt()).isZero();
    assertThat(state(registry).decisionOf("2026-03-04")).isEmpty();
  }

  @Test
  void anotherChampionMakesEvidenceVoid() throws IOException {
    Path registry = copy(second, "void");
    models("promote", registry, 2, "--reason", "try");
    models("rollback", registry);
    JsonNode third = night(registry, 3, ALPHA);

    assertThat(third.path("reasons").toString()).doesNotContain("version 2");
    assertThat(third.path("version").asInt()).isEqualTo(3);
    assertThat(third.path("contest").path("test").path("before").asDouble()).isZero();
    assertThat(third.path("contest").path("test").path("last").asDouble())
        .isCloseTo(log(third.path("contest").path("documents").asInt()), within(1e-9));
    RegistryState state = state(registry);
    assertThat(state.version(3).status()).isEqualTo(VersionStatus.KEPT);
    // Both shares are spent: that of version 2 does not come back.
    double share = (ALPHA - shareOfSecond(ALPHA)) / (NIGHTS - 62 + 1);
    assertThat(third.path("contest").path("spent").path("shares").asDouble())
        .isCloseTo(shareOfSecond(ALPHA) + share, within(1e-15));
    assertThat(third.path("contest").path("spent").path("challengers").asInt()).isEqualTo(2);

    // The text of the second night is trained on again; of what is held out, only that of the
    // third is evidence.
    assertThat(third.path("plan").path("take")).hasSize(2);
    String folder = registry + "-nights/2026-03-03/";
    Configuration conf = new Configuration();
    Dataset all = Dataset.open(conf, folder + "dataset");
    Dataset fresh = Dataset.open(conf, folder + "_fresh");
    assertThat(fresh.vocabulary().fingerprint()).isEqualTo(all.vocabulary().fingerprint());
    long documents = all.details().splits().get(Split.TEST).documents();
    long freshOnes = fresh.details().splits().get(Split.TEST).documents();
    assertThat(third.path("contest").path("documents").asLong()).isEqualTo(freshOnes);
    assertThat(freshOnes + kept.path("contest").path("documents").asLong()).isEqualTo(documents);
  }

  @Exhaustive
  @Test
  void theOneWithMoreEvidenceWaits() throws IOException {
    Path registry = copy(first, "waits");
    int before = night(registry, 2, LESS).path("contest").path("documents").asInt();
    // The night comes to nothing after the first of its two tests, as the text to replay is not
    // there. What was evidence then is so once.
    String nowhere = "train.replay.inputs=[" + registry + "/nowhere]";
    NgramsOutcomes.Outcome fails =
        nights.retrain(registry, "2026-03-03", with(LESS, nowhere).toArray());
    assertThat(fails.code()).as(fails.errors()).isEqualTo(3);
    RegistryState tested = state(registry);
    assertThat(CarriedStep.waiting(tested).orElseThrow().tested()).isEqualTo("2026-03-03");
    assertThat(FreshText.spoken(tested, "2026-03-03")).containsExactly("text/dt=2026-03-02");
    assertThat(FreshText.spoken(tested, "2026-03-04"))
        .containsExactlyInAnyOrder("text/dt=2026-03-02", "text/dt=2026-03-03");
    JsonNode third = night(registry, 3, LESS);

    int now = third.path("contest").path("documents").asInt();
    assertThat(third.path("decision").asText()).isEqualTo("kept");
    assertThat(third.path("version").asInt()).isEqualTo(3);
    assertThat(third.path("reasons").toString())
        .contains("it does not come again: version 2 does")
        .contains("version 2 came again, and is not promoted")
        .contains("after 2 of 3 nights");
    RegistryState state = state(registry);
    assertThat(state.version(2).status()).isEqualTo(VersionStatus.KEPT);
    assertThat(state.version(3).status()).isEqualTo(VersionStatus.FAILED);
    assertThat(state.stored(2).model()).isNotEmpty(); // though one version is to be kept
    assertThat(Files.exists(registry.resolve(state.version(2).model()))).isTrue();
    CarriedStep.Waiting waiting = CarriedStep.waiting(state).orElseThrow();
    assertThat(waiting.tested()).isEqualTo("2026-03-03");
    assertThat(waiting.evidence().nights()).isEqualTo(2);
    assertThat(waiting.evidence().logCapital()).isCloseTo(log(before) + log(now), within(1e-9));
    // Two challengers began, and each spent its share once.
    assertThat(third.path("contest").path("spent").path("challengers").asInt()).isEqualTo(2);
    double share = (LESS - shareOfSecond(LESS)) / (NIGHTS - 62 + 1);
    assertThat(third.path("contest").path("spent").path("shares").asDouble())
        .isCloseTo(shareOfSecond(LESS) + share, within(1e-40));
  }
}
