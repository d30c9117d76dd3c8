package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;

/** Nights as a user has them: text comes in, and the registry says what became of it. */
class RetrainTest {
  /** Nights that are killed, each somewhere else. */
  private static final int DEATHS = 16;

  @TempDir static Path folder;
  private static Path text;

  @BeforeAll
  static void text() throws IOException {
    text = folder.resolve("text");
    for (int day = 1; day <= 3; day++) {
      Path corpus = folder.resolve("corpus-" + day);
      done("example", "--output", corpus, "--size", 6000, "--seed", day);
      Path partition = Files.createDirectories(text.resolve("dt=2026-03-0" + day));
      Files.move(corpus.resolve("corpus.txt"), partition.resolve("a.txt"));
    }
    // A word that only the third day has.
    Path last = text.resolve("dt=2026-03-03/a.txt");
    Files.writeString(last, Files.readString(last).replace("dog", "walrus"));
  }

  private static NgramsOutcomes.Outcome retrain(Object registry, String night, Object... more) {
    List<Object> line = new ArrayList<>(List.of("retrain", "--registry", registry));
    line.addAll(List.of("--input", text, "--night", night));
    for (String set :
        List.of(
            "prepare.input.document=line",
            "prepare.splits={train: 0.6, valid: 0.1, test: 0.3}",
            "train.network={hidden: 4, embedding: 4}",
            "train.training={epochs: 0.5, batch: 2, time-steps: 8}",
            "train.averaging.frequency=4",
            "train.replay.excerpt=64",
            "train.checkpoints.every=2",
            "gate.least-documents=10")) {
      line.addAll(List.of("--set", set));
    }
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  private static void done(Object... line) {
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  private static JsonNode night(Object registry, String night, Object... more) throws IOException {
    Path json = folder.resolve("night.json");
    List<Object> with = new ArrayList<>(List.of("--json", json));
    with.addAll(Arrays.asList(more));
    NgramsOutcomes.Outcome outcome = retrain(registry, night, with.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Json.mapper().readTree(json.toFile());
  }

  @Test
  void nightsGoOnFromTheChampion() throws IOException {
    Path models = folder.resolve("models");
    JsonNode first = night(models, "2026-03-01");
    assertThat(first.path("decision").asText()).isEqualTo("promoted");
    assertThat(first.path("champion").asInt()).isEqualTo(1);
    assertThat(first.has("contest")).isFalse();
    assertThat(first.path("text").has("unknown-rate")).isFalse();

    JsonNode second = night(models, "2026-03-02", "--set", "gate.margin=-100");
    assertThat(second.path("plan").path("take")).hasSize(1);
    assertThat(second.path("plan").path("take").get(0).path("name").asText())
        .isEqualTo("text/dt=2026-03-02");
    assertThat(second.path("decision").asText()).isEqualTo("promoted");
    assertThat(second.path("contest").path("documents").asInt()).isGreaterThan(10);

    // No challenger gains so much; what was kept out is no ancestor, but its night is decided.
    JsonNode third = night(models, "2026-03-03", "--set", "gate.margin=10");
    assertThat(third.path("decision").asText()).isEqualTo("kept");
    assertThat(third.path("champion").asInt()).isEqualTo(2);
    assertThat(third.path("version").asInt()).isEqualTo(3);
    assertThat(third.path("text").path("appended").asInt()).isPositive();
    assertThat(third.path("text").path("unknown-rate").asDouble()).isPositive();
    assertThat(Path.of(third.path("report").asText())).content().contains("stays the champion");

    Registry registry = Registry.open(new Configuration(), models.toString());
    RegistryState state = registry.state();
    assertThat(state.versions()).extracting(ModelVersion::parent).containsExactly(0, 1, 2);
    assertThat(NightRecord.of(registry, 2).seen()).hasSize(2);
    assertThat(NightRecord.of(registry, 2).datasets()).hasSize(2);

    // Started again, it changes nothing.
    JsonNode again = night(models, "2026-03-03", "--set", "gate.margin=-100");
    assertThat(again.path("again").asBoolean()).isTrue();
    assertThat(again.path("decision").asText()).isEqualTo("kept");
    assertThat(registry.state()).isEqualTo(state);
    assertThat(retrain(models, "2026-03-03", "--exit-on-kept", 9).code()).isEqualTo(9);
    assertThat(Path.of(third.path("folder").asText(), "summary.txt"))
        .hasContent(String.join("\n", lines(third)));
    assertThat(lines(third)).hasSize(5).first().asString().contains("version 2 stays the champion");

    // The next night takes what the champion has not seen.
    NgramsOutcomes.Outcome plan =
        retrain(models, "2026-03-04", "--dry-run", "--set", "night.missing=ignore");
    assertThat(plan.code()).as(plan.errors()).isZero();
    JsonNode fourth =
        night(
            models,
            "2026-03-04",
            "--set",
            "gate.margin=-100",
            "--set",
            "keep.nights=1",
            "--set",
            "keep.versions=1");
    assertThat(fourth.path("plan").path("take").get(0).path("name").asText())
        .isEqualTo("text/dt=2026-03-03");
    assertThat(fourth.path("plan").path("findings")).hasSize(1); // nothing of 2026-03-04
    assertThat(fourth.path("champion").asInt()).isEqualTo(4);
    try (var nights = Files.list(Path.of(models + "-nights"))) {
      assertThat(nights)
          .extracting(night -> night.getFileName().toString())
          .containsExactlyInAnyOrder("2026-03-04", "trend.html", "trend.json");
    }
    trend(models);

    JsonNode nothing = night(models, "2026-03-05", "--set", "night.missing=ignore");
    assertThat(nothing.path("decision").asText()).isEqualTo("kept");
    assertThat(nothing.path("reasons").get(0).asText()).isEqualTo("no new text");
  }

  private static List<String> lines(JsonNode night) {
    List<String> lines = new ArrayList<>();
    night.path("summary").forEach(line -> lines.add(line.asText()));
    return lines;
  }

  /** Four nights, of which three are pruned. */
  private static void trend(Path models) throws IOException {
    Path nights = Path.of(models + "-nights");
    JsonNode rows = Json.mapper().readTree(nights.resolve("trend.json").toFile()).path("rows");
    assertThat(rows).hasSize(4);
    assertThat(rows)
        .extracting(row -> row.path("event").asText())
        .containsExactly("promoted", "promoted", "kept", "promoted");
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.path("figures").path("tokens").asLong()).isPositive();
              assertThat(row.path("figures").path("seconds").path("train").asDouble()).isPositive();
            });
    assertThat(rows.get(0).has("contest")).isFalse();
    assertThat(rows.get(1).path("contest").path("champion-bits").asDouble()).isPositive();
    assertThat(rows.get(2).path("contest").path("margin").asDouble()).isEqualTo(10);
    // The page of a night that is gone is nowhere, that of the champion before in the registry.
    assertThat(rows.get(0).has("page")).isFalse();
    assertThat(rows.get(1).path("page").asText()).startsWith("../models/versions/");
    assertThat(nights.resolve(rows.get(1).path("page").asText())).exists();
    assertThat(rows.get(3).path("page").asText()).isEqualTo("./2026-03-04/report.html");

    // The command writes the same.
    Path page = folder.resolve("elsewhere.html");
    done("trend", "--registry", models, "--nights", nights, "--output", page);
    assertThat(page)
        .hasContent(
            Files.readString(nights.resolve("trend.html"))
                .replace("./2026-03-04", "./models-nights/2026-03-04")
                .replace("../models/", "./models/"));
    assertThat(retrain(models, "2026-03-04").code()).isZero();

    // A page that cannot be written fails no night.
    Files.delete(nights.resolve("trend.html"));
    Files.createDirectories(nights.resolve("trend.html/in-the-way"));
    NgramsOutcomes.Outcome told = retrain(models, "2026-03-04");
    assertThat(told.code()).as(told.errors()).isZero();
    try (var there = Files.list(nights.resolve("trend.html"))) {
      assertThat(there).extracting(Path::getFileName).containsExactly(Path.of("in-the-way"));
    }
  }

  @Test
  void mistakesAreToldBeforeAnyWork() {
    Path models = folder.resolve("mistaken");
    NgramsOutcomes.Outcome date = retrain(models, "yesterday");
    assertThat(date.code()).isEqualTo(2);
    assertThat(date.errors()).contains("date must be YYYY-MM-DD");
    assertThat(retrain(models, "2026-03-01", "--exit-on-kept", 3).errors())
        .contains("exit-on-kept must be 0 or 6 to 255");
    NgramsOutcomes.Outcome carry = retrain(models, "2026-03-01", "--set", "gate.carry.almost=0.5");
    assertThat(carry.errors()).contains("gate.carry.almost must be 1");
    assertThat(models).doesNotExist();
  }

  /** What the registry says, but for when and under which names of its own. */
  private static Map<String, String> told(Configuration conf, String registry) throws IOException {
    Registry opened = Registry.open(conf, registry);
    RegistryState state = opened.state();
    Map<String, String> told = new TreeMap<>();
    for (ModelVersion version : state.versions()) {
      // The parameters' bits; the manifest names the folder of the version before, too.
      told.put(
          "version " + version.number(),
          version.status()
              + " "
              + version.parent()
              + " "
              + version.night()
              + " "
              + opened.model(version.number()).manifest().files());
    }
    told.put("champion", Integer.toString(state.champion()));
    state.history().stream()
        .filter(one -> one.what().endsNight())
        .forEach(
            one -> {
              ObjectNode numbers = one.numbers().deepCopy();
              ((ObjectNode) numbers.get("figures")).remove("seconds"); // as it happened
              told.put(one.night(), one.what() + " " + one.version() + " " + numbers);
            });
    return told;
  }

  /** Killed anywhere and started again, a night comes to the same end. */
  @Exhaustive
  @Test
  void aNightThatDiesIsDoneAgain() throws IOException {
    try (TestStore store =
        TestStore.make(TestStore.Kind.values()[0], Files.createTempDirectory(folder, "store"))) {
      Configuration hadoop = TestSpark.context().hadoopConfiguration();
      store
          .settings()
          .forEach(
              (key, value) -> {
                hadoop.set(key, value);
                System.setProperty("spark.hadoop." + key, value);
              });
      try {
        String models = store.name("folder/models");
        first(store, models);
        store.calls().count();
        NgramsOutcomes.Outcome undisturbed = retrain(models, "2026-03-02");
        assertThat(undisturbed.code()).as(undisturbed.errors()).isZero();
        int calls = store.calls().calls().size();
        Map<String, String> wanted = told(store.conf(), models);
        for (int death = 0; death < DEATHS; death++) {
          int number = 1 + (int) ((death + 0.5) * calls / DEATHS);
          store.clear();
          first(store, models);
          store.calls().count();
          store.calls().arm(StoreCalls.Fault.KILL, number);
          retrain(models, "2026-03-02");
          store.calls().endFault();
          store.calls().disarm();
          NgramsOutcomes.Outcome again = retrain(models, "2026-03-02");
          assertThat(again.code()).as("call %d: %s", number, again.errors()).isZero();
          assertThat(told(store.conf(), models)).as("call %d", number).isEqualTo(wanted);
        }
      } finally {
        for (String key : store.settings().keySet()) {
          hadoop.unset(key);
          System.clearProperty("spark.hadoop." + key);
        }
      }
    }
  }

  private static void first(TestStore store, String models) {
    store.calls().disarm();
    NgramsOutcomes.Outcome first = retrain(models, "2026-03-01");
    assertThat(first.code()).as(first.errors()).isZero();
  }
}
