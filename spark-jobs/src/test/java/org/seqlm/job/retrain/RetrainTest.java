package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.lm.LanguageModel;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Role;
import org.seqlm.spark.models.PathModel;

/** Nights as a user has them: text comes in, and the registry says what became of it. */
class RetrainTest {
  /** Nights that are killed, each somewhere else. */
  private static final int DEATHS = 16;

  @TempDir static Path folder;
  private static Path text;

  @BeforeAll
  static void text() throws IOException {
    text = folder.resolve("text");
    for (int day = 1; day <= 4; day++) {
      Path corpus = folder.resolve("corpus-" + day);
      // Drawing pairs, which nobody reads here, takes longer than all the text.
      done("example", "--output", corpus, "--size", 6000, "--seed", day, "--set", "pairs=1");
      Path partition = Files.createDirectories(text.resolve("dt=2026-03-0" + day));
      Files.move(corpus.resolve("corpus.txt"), partition.resolve("a.txt"));
    }
    // A word that only the third day has.
    Path last = text.resolve("dt=2026-03-03/a.txt");
    Files.writeString(last, Files.readString(last).replace("dog", "walrus"));
  }

  private static NgramsOutcomes.Outcome retrain(Object registry, String night, Object... more) {
    return retrainOf(text, registry, night, more);
  }

  private static NgramsOutcomes.Outcome retrainOf(
      Path input, Object registry, String night, Object... more) {
    List<Object> flags = new ArrayList<>(List.of("--set", "train.checkpoints.every=2"));
    flags.addAll(Arrays.asList(more));
    return Nights.retrain(input, registry, night, flags);
  }

  private static String printed(Object registry, String night, Object... more) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      retrain(registry, night, more);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
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
    // A first night has nothing to replay, whatever its keys say of that.
    assertThat(outcome.errors()).doesNotContain("replay.excerpt");
    return Json.mapper().readTree(json.toFile());
  }

  @Test
  void nightsGoOnFromTheChampion() throws IOException {
    Path models = folder.resolve("models");
    JsonNode first = night(models, "2026-03-01");
    assertThat(first.path("decision").asText()).isEqualTo("promoted");
    assertThat(first.path("champion").asInt()).isEqualTo(1);
    assertThat(first.path("began").asBoolean()).isTrue();
    assertThat(lines(first).get(0)).contains("version 1 is the champion of a new registry");
    assertThat(Path.of(first.path("report").asText()))
        .content()
        .contains("A registry begins with this night.");
    assertThat(first.has("contest")).isFalse();
    assertThat(first.path("text").has("unknown-rate")).isFalse();
    assertThat(first.has("drift")).isFalse();
    assertThat(first.path("ngrams").path("before").asLong()).isZero();
    assertThat(first.path("ngrams").path("models")).hasSize(2);
    assertThat(first.path("samples").path("drawn").asInt()).isEqualTo(3);

    // Some of its words are not in its vocabulary, and are counted all the same.
    JsonNode second =
        night(
            models,
            "2026-03-02",
            "--set",
            "gate.margin=-100",
            "--set",
            "prepare.vocabulary.min-count=2",
            "--set",
            "gate.slices.by=[source, length]");
    assertThat(second.path("contest").path("slices").get(0).path("name").asText())
        .isEqualTo("length");
    JsonNode source = second.path("contest").path("slices").get(1);
    assertThat(source.path("value").asText()).isEqualTo("text");
    assertThat(source.path("documents")).isEqualTo(second.path("contest").path("documents"));
    assertThat(lines(second).get(2)).startsWith("Slices: ").contains("source text ");
    assertThat(Path.of(second.path("report").asText())).content().contains("source: text");
    assertThat(second.path("plan").path("take")).hasSize(1);
    assertThat(second.path("plan").path("take").get(0).path("name").asText())
        .isEqualTo("text/dt=2026-03-02");
    assertThat(second.path("decision").asText()).isEqualTo("promoted");
    assertThat(second.path("began").asBoolean()).isFalse();
    assertThat(second.path("contest").path("documents").asInt()).isGreaterThan(10);
    assertThat(second.path("drift").path("from").asText()).endsWith("2026-03-01/dataset");
    assertThat(second.path("drift").path("ngrams")).hasSize(2);
    assertThat(second.path("ngrams").path("before")).isEqualTo(first.path("ngrams").path("tokens"));
    assertThat(second.path("ngrams").path("models")).hasSize(3);
    assertThat(second.path("samples").path("pairs").get(0).has("champion")).isTrue();

    NgramsOutcomes.Outcome order = retrain(models, "2026-03-03", "--set", "ngrams.order=4");
    assertThat(order.code()).isEqualTo(2);
    assertThat(order.errors()).contains("are of order 3").contains("but ngrams asks for order 4");
    NgramsOutcomes.Outcome network =
        retrain(models, "2026-03-03", "--set", "train.network={hidden: 5, layers: 2}");
    assertThat(network.code()).isEqualTo(2);
    assertThat(network.errors())
        .contains("a night goes on with the network of the champion, version 2 of " + models)
        .contains("but train.network.layers is 2 and the champion's 1")
        .contains("set train.network.layers=1, train.network.hidden=4, or begin another registry")
        .doesNotContain("prepare");
    NgramsOutcomes.Outcome slip = retrain(folder.resolve("modles"), "2026-03-03");
    assertThat(slip.code()).isEqualTo(2);
    assertThat(slip.errors()).contains("modles holds no registry, but " + models + " beside it");
    assertThat(folder.resolve("modles")).doesNotExist();
    NgramsOutcomes.Outcome far =
        retrain(models, "2026-03-03", "--set", "drift-limits.unknown-rate=0");
    assertThat(far.code()).isEqualTo(3);
    assertThat(far.errors()).contains("above drift-limits.unknown-rate");

    // No challenger gains so much; what was kept out is no ancestor, but its night is decided.
    JsonNode third =
        night(models, "2026-03-03", "--set", "gate.margin=10", "--set", "keep.nights=1");
    assertThat(third.path("decision").asText()).isEqualTo("kept");
    assertThat(third.path("champion").asInt()).isEqualTo(2);
    assertThat(third.path("version").asInt()).isEqualTo(3);
    assertThat(third.path("text").path("appended").asInt()).isPositive();
    assertThat(third.path("text").path("unknown-rate").asDouble()).isPositive();
    assertThat(Path.of(third.path("report").asText()))
        .content()
        .contains("stays the champion")
        .contains("How far it is from", "Beside counted n-grams", "What they write");
    // What the next text is held against stays, and what nobody needs does not.
    Path nights = Path.of(models + "-nights");
    assertThat(nights.resolve("2026-03-03/counts")).doesNotExist();
    assertThat(nights.resolve("2026-03-01")).doesNotExist();
    try (var parts = Files.list(nights.resolve("2026-03-02"))) {
      assertThat(parts).extracting(Path::getFileName).containsExactly(Path.of("dataset"));
    }

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
    assertThat(printed(models, "2026-03-04", "--dry-run"))
        .startsWith("the night of 2026-03-04 takes 2 partitions")
        .hasLineCount(8);
    JsonNode dry =
        Json.mapper().readTree(printed(models, "2026-03-04", "--dry-run", "--json", "-"));
    assertThat(dry.path("plan").get(0).asText()).startsWith("the night of 2026-03-04 takes");
    assertThat(dry.path("configuration").path("gate").path("margin").asDouble()).isEqualTo(0.002);
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
    assertThat(fourth.path("plan").path("take")).hasSize(2);
    assertThat(fourth.path("champion").asInt()).isEqualTo(4);
    // The first night's text is gone, so nobody knows what of it the samples have.
    assertThat(fourth.path("samples").path("missing").asInt()).isEqualTo(1);
    assertThat(fourth.path("samples").path("pairs")).isEmpty();
    assertThat(fourth.path("drift").path("from").asText()).endsWith("2026-03-02/dataset");
    // What was kept out was not counted.
    assertThat(fourth.path("ngrams").path("before"))
        .isEqualTo(second.path("ngrams").path("tokens"));
    merged(registry.artifactFolder(4, Role.COUNTS).orElseThrow());
    try (var left = Files.list(nights)) {
      assertThat(left)
          .extracting(night -> night.getFileName().toString())
          .containsExactlyInAnyOrder("2026-03-04", "trend.html", "trend.json");
    }
    trend(models);

    JsonNode nothing = night(models, "2026-03-05", "--set", "night.missing=ignore");
    assertThat(nothing.path("decision").asText()).isEqualTo("kept");
    assertThat(nothing.path("reasons").get(0).asText()).isEqualTo("no new text");
  }

  /** Of two days that came in at once one is a copy of the other, in another file. */
  @Test
  void aCopyIsLeftOutBeforeAnythingIsMadeOfIt() throws IOException {
    Path twice = folder.resolve("twice");
    Path first = Files.createDirectories(twice.resolve("dt=2026-03-01")).resolve("a.txt");
    Files.copy(text.resolve("dt=2026-03-01/a.txt"), first);
    Path second = Files.createDirectories(twice.resolve("dt=2026-03-02")).resolve("b.txt");
    Files.copy(first, second);
    Path json = folder.resolve("twice.json");
    NgramsOutcomes.Outcome outcome =
        retrainOf(twice, folder.resolve("of-twice"), "2026-03-02", "--json", json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode told = Json.mapper().readTree(json.toFile());
    assertThat(told.path("plan").path("take")).hasSize(1);
    assertThat(told.path("plan").path("findings").findValuesAsText("text"))
        .containsExactly("twice/dt=2026-03-02 has the same text as twice/dt=2026-03-01");
    assertThat(told.path("text").path("documents").asInt())
        .isEqualTo(Files.readAllLines(first).size());
  }

  /**
   * Text that is sent again under its name, before its night was decided, is what is trained on.
   */
  @Test
  void whatWasMadeOfOtherTextIsGivenUp() throws IOException {
    Path input = folder.resolve("resent");
    Path file = Files.createDirectories(input.resolve("dt=2026-03-01")).resolve("a.txt");
    Files.copy(text.resolve("dt=2026-03-01/a.txt"), file);
    Path models = folder.resolve("of-resent");
    NgramsOutcomes.Outcome first = retrainOf(input, models, "2026-03-01");
    assertThat(first.code()).as(first.errors()).isZero();
    FileUtils.deleteDirectory(models.toFile()); // as if it had died before the decision
    Files.copy(text.resolve("dt=2026-03-02/a.txt"), file, StandardCopyOption.REPLACE_EXISTING);
    NgramsOutcomes.Outcome second = retrainOf(input, models, "2026-03-01");
    assertThat(second.code()).as(second.errors()).isZero();
    Configuration hadoop = new Configuration();
    String night = models + "-nights/2026-03-01/";
    Manifest dataset = ArtifactReader.open(hadoop, night + "dataset").manifest();
    assertThat(ArtifactReader.open(hadoop, night + "run").manifest().inputs())
        .containsEntry("dataset", dataset.fingerprint());
    // What is whole is not made again.
    List<String> names = names(night);
    FileUtils.deleteDirectory(models.toFile());
    assertThat(retrainOf(input, models, "2026-03-01").code()).isZero();
    assertThat(names(night)).isEqualTo(names);
  }

  /** Of dataset and run; each that is made draws names of its own. */
  private static List<String> names(String night) throws IOException {
    List<String> names = new ArrayList<>();
    for (String part : List.of("dataset", "run/model")) {
      try (var files = Files.list(Path.of(night + part))) {
        files.map(Path::toString).sorted().forEach(names::add);
      }
    }
    return names;
  }

  /** Counts that were added up night by night are those of all nights' text at once. */
  private static void merged(String counts) throws IOException {
    Path dataset = folder.resolve("all");
    Path recount = folder.resolve("recount");
    done(
        "prepare",
        "--input",
        text,
        "--output",
        dataset,
        "--document",
        "line",
        "--tokenizer",
        "word",
        "--splits",
        "hashed-words:0.6,0.1,0.3",
        "--set",
        "tokenizer.punctuation=keep");
    done("ngrams", "--input", dataset, "--output", recount, "--order", 3);
    assertThat(digests(counts)).isEqualTo(digests(recount));
    LanguageModel one = PathModel.open(new Configuration(), counts).model();
    LanguageModel other = PathModel.open(new Configuration(), recount.toString()).model();
    assertThat(one.vocabulary().size()).isEqualTo(other.vocabulary().size());
    LanguageModel.Reading here = one.start();
    LanguageModel.Reading there = other.start();
    for (int id = other.vocabulary().reserved(); id < other.vocabulary().size(); id++) {
      String word = other.vocabulary().token(id);
      int known = one.vocabulary().id(word);
      assertThat(here.logProbability(known))
          .as(word)
          .isCloseTo(there.logProbability(id), within(1e-6));
      here.read(known);
      there.read(id);
    }
  }

  private static JsonNode digests(Object counts) throws IOException {
    Path json = folder.resolve("counts.json");
    done("counts", "show", "--input", counts, "--json", json, "--overwrite");
    JsonNode orders = Json.mapper().readTree(json.toFile()).path("orders");
    assertThat(orders).hasSize(3);
    return orders;
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
              + opened.model(version.number()).manifest().files()
              + counts(conf, opened, version.number()));
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

  /** The counts' bits; their manifest names the counts before. */
  private static String counts(Configuration conf, Registry registry, int version)
      throws IOException {
    Optional<String> folder = registry.artifactFolder(version, Role.COUNTS);
    return folder.isEmpty()
        ? ""
        : ArtifactReader.open(conf, folder.get()).manifest().files().toString();
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
        NgramsOutcomes.Outcome undisturbed = second(models);
        assertThat(undisturbed.code()).as(undisturbed.errors()).isZero();
        int calls = store.calls().calls().size();
        Map<String, String> wanted = told(store.conf(), models);
        for (int death = 0; death < DEATHS; death++) {
          int number = 1 + (int) ((death + 0.5) * calls / DEATHS);
          store.clear();
          first(store, models);
          store.calls().count();
          store.calls().arm(StoreCalls.Fault.KILL, number);
          second(models);
          store.calls().endFault();
          store.calls().disarm();
          NgramsOutcomes.Outcome again = second(models);
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

  /** Promoted, so that counts are copied, too. */
  private static NgramsOutcomes.Outcome second(String models) {
    return retrain(models, "2026-03-02", "--set", "gate.margin=-100");
  }

  private static void first(TestStore store, String models) {
    store.calls().disarm();
    NgramsOutcomes.Outcome first = retrain(models, "2026-03-01");
    assertThat(first.code()).as(first.errors()).isZero();
  }
}
