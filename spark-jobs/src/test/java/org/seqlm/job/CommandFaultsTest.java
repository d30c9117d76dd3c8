package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.neural.files.RunContent;
import org.seqlm.neural.files.RunFiles;
import org.seqlm.neural.files.RunView;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;

/**
 * Commands that die at some call to the store where their output lies. What was there before reads
 * whole, or what they were to write does; the same command again leaves what an undisturbed one
 * leaves.
 */
class CommandFaultsTest {
  private static final int ONE = 1;
  private static final int SOME = Exhaustive.ALL ? 5 : 1;
  private static final int MANY = 50;

  @TempDir static Path folder;
  private static Path text;
  private static Path dataset;
  private static Path ngrams;
  private static Path run;

  /** What writes an artifact. */
  enum Command {
    PREPARE,
    NGRAMS,
    SCORE,
    EVALUATE,
    INTERPOLATE,
    TRAIN;

    /**
     * @param variant 0 or 1, which leave different files
     */
    List<Object> line(String output, int variant) {
      Object seed = 3 + variant;
      List<Object> line = new ArrayList<>(List.of(name().toLowerCase(Locale.ROOT)));
      line.addAll(
          switch (this) {
            case PREPARE -> List.of("--input", text, "--tokenizer", variant == 0 ? "char" : "word");
            case NGRAMS ->
                List.of("--input", dataset, "--boundary", "line", "--order", 2 + variant);
            case SCORE ->
                variant == 0
                    ? List.of("--input", text, "--model", ngrams, "--format", "tsv")
                    : List.of(
                        "--input", text, "--model", ngrams, "--buckets", "head,tail", "--tokens");
            case EVALUATE -> List.of("--input", dataset, "--model", variant == 0 ? ngrams : run);
            case INTERPOLATE ->
                List.of(
                    "--input",
                    dataset,
                    "--model",
                    ngrams,
                    "--model",
                    ngrams + "#estimator=mle,order=" + (1 + variant),
                    "--set",
                    "max-iterations=2");
            case TRAIN -> trainLine(seed);
          });
      line.addAll(List.of("--output", output));
      return line;
    }

    private static List<Object> trainLine(Object seed) {
      List<Object> line = new ArrayList<>(List.of("--input", dataset, "--seed", seed));
      line.addAll(List.of("--hidden", 4, "--embedding", 4, "--batch", 2, "--time-steps", 8));
      line.addAll(List.of("--frequency", 2, "--epochs", 0.1));
      line.addAll(List.of("--set", "validation={every: 2, max-tokens: 100, sample-length: 0}"));
      line.addAll(List.of("--set", "checkpoints.every=2"));
      return line;
    }
  }

  @BeforeAll
  static void inputs() throws IOException {
    TestSpark.session();
    text = folder.resolve("corpus/corpus.txt");
    dataset = folder.resolve("dataset");
    ngrams = folder.resolve("ngrams");
    run = folder.resolve("run");
    done("example", "--output", text.getParent(), "--size", 3000, "--set", "pairs=1");
    done("prepare", "--input", text, "--output", dataset, "--tokenizer", "word");
    done("ngrams", "--input", dataset, "--output", ngrams, "--order", 2, "--boundary", "line");
    List<Object> train = Command.TRAIN.line(run.toString(), 0);
    done(train.toArray());
  }

  private static void done(Object... line) {
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Command.class)
  void aDeathLosesNothing(Command command) throws IOException {
    tried(command, StoreCalls.Fault.KILL, ONE);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(Command.class)
  void manyDeathsLoseNothing(Command command) throws IOException {
    tried(command, StoreCalls.Fault.KILL, MANY);
  }

  static Stream<Arguments> failures() {
    return Stream.of(Command.values())
        .flatMap(
            command ->
                Stream.of(StoreCalls.Fault.values())
                    .filter(fault -> fault != StoreCalls.Fault.KILL)
                    .map(fault -> Arguments.of(command, fault)));
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("failures")
  void callsThatFailLoseNothing(Command command, StoreCalls.Fault fault) throws IOException {
    tried(command, fault, SOME);
  }

  private static void tried(Command command, StoreCalls.Fault fault, int times) throws IOException {
    long started = System.nanoTime();
    List<String> faults = new ArrayList<>();
    Random random = new Random(10 * fault.ordinal() + command.ordinal());
    TestStore.Kind[] kinds = TestStore.Kind.values();
    int lost = 0;
    int cases = 2 * kinds.length;
    for (int i = 0; i < cases; i++) {
      // Each case as often, or some of them once.
      int tries =
          times >= cases
              ? times / cases
              : (i + command.ordinal() + fault.ordinal()) % (cases / times) == 0 ? 1 : 0;
      if (tries > 0) {
        try (Case one = new Case(command, kinds[i / 2], i % 2 == 1)) {
          for (int j = 0; j < tries; j++) {
            lost += one.breaks(fault, 1 + random.nextInt(one.calls), faults) ? 1 : 0;
          }
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "command faults: %s, %s: %d calls tried, %d artifacts lost, %d faults, %.1f s%n",
        command,
        fault,
        times,
        lost,
        faults.size(),
        (System.nanoTime() - started) / 1e9);
    assertThat(faults).isEmpty();
  }

  private static String difference(Map<String, String> there, Map<String, String> wanted) {
    Set<String> paths = new TreeSet<>(there.keySet());
    paths.addAll(wanted.keySet());
    paths.removeIf(path -> Objects.equals(there.get(path), wanted.get(path)));
    return paths.toString();
  }

  /** SHA-256 by path of an artifact's files, each checked; empty where there is none. */
  private static Map<String, String> content(TestStore store, String output) throws IOException {
    Map<String, String> files = new TreeMap<>();
    if (!ArtifactReader.isArtifact(store.conf(), output)) {
      return files;
    }
    ArtifactReader reader = ArtifactReader.open(store.conf(), output);
    if (reader.manifest().kind() == ArtifactKind.RUN) {
      return RunContent.of(store.conf(), output);
    }
    for (FileEntry file : reader.manifest().files()) {
      files.put(file.path(), Sha256.of(reader.readVerified(file.path())));
    }
    return files;
  }

  /** Paths below an artifact's folder of the files that count. */
  private static Set<String> counted(TestStore store, String output) throws IOException {
    ArtifactReader reader = ArtifactReader.open(store.conf(), output);
    Set<String> counted = new TreeSet<>(Set.of(reader.file()));
    if (reader.manifest().kind() == ArtifactKind.RUN) {
      counted.addAll(RunFiles.of(store.conf(), RunView.find(store.conf(), output)).keySet());
    } else {
      String data = reader.manifest().data() + "/";
      reader.manifest().files().forEach(file -> counted.add(data + file.path()));
    }
    return counted;
  }

  /** A command with a store of its own, which the session knows, too. */
  private static final class Case implements AutoCloseable {
    private final Command command;
    private final boolean earlier;
    private final TestStore store;
    private final String output;
    private final List<Object> line;
    private final Configuration hadoop = TestSpark.context().hadoopConfiguration();
    private final Map<String, String> before;
    private final Map<String, String> wanted;
    private final int calls;

    /**
     * @param earlier whether the command replaces what is there
     */
    Case(Command command, TestStore.Kind kind, boolean earlier) throws IOException {
      this.command = command;
      this.earlier = earlier;
      store = TestStore.make(kind, Files.createTempDirectory(folder, "store"));
      output = store.name("folder/output");
      line = command.line(output, 0);
      if (earlier) {
        line.add("--overwrite");
      }
      store
          .settings()
          .forEach(
              (key, value) -> {
                hadoop.set(key, value);
                System.setProperty("spark.hadoop." + key, value);
              });
      before = begin();
      done(line.toArray());
      calls = store.calls().calls().size();
      wanted = content(store, output);
    }

    /** Leaves what was there before, in an otherwise empty store. */
    private Map<String, String> begin() throws IOException {
      store.clear();
      if (earlier) {
        done(command.line(output, 1).toArray());
      }
      Map<String, String> there = content(store, output);
      store.calls().count();
      return there;
    }

    /**
     * Lets a call fail, and does it again.
     *
     * @return whether an artifact was lost
     */
    boolean breaks(StoreCalls.Fault fault, int number, List<String> faults) throws IOException {
      begin();
      store.calls().arm(fault, number);
      NgramsOutcomes.Outcome broken = NgramsOutcomes.run(line.toArray());
      List<String> made = store.calls().calls();
      store.calls().endFault();
      String wrong = wrong(broken);
      store.calls().disarm(); // what is late has come
      wrong = wrong == null ? wrong(broken) : wrong;
      String again = again();
      String call = number <= made.size() ? made.get(number - 1) : "after its end";
      if (wrong != null || again != null) {
        faults.add(
            store.kind()
                + (earlier ? " over another" : "")
                + ", call "
                + number
                + " of "
                + calls
                + " "
                + call
                + ": "
                + wrong
                + "; it said "
                + broken
                + "; again: "
                + again);
      }
      return wrong != null;
    }

    /** What is wrong with what is there, or null. */
    private String wrong(NgramsOutcomes.Outcome said) {
      Map<String, String> there;
      try {
        there = StoreCalls.aside(() -> content(store, output));
      } catch (UserException e) {
        return e.getMessage();
      } catch (IOException e) {
        return e.toString();
      }
      if (there.equals(wanted)) {
        return null;
      }
      if (said.code() == 0) {
        return "it was said to be written";
      }
      // A training on its way has its rounds there, and the model of the run before.
      boolean kept =
          command == Command.TRAIN
              ? !earlier || Objects.equals(there.get("served"), before.get("served"))
              : there.equals(before);
      return kept ? null : there.isEmpty() ? "there is nothing" : "it is neither";
    }

    /** Why the same command does not end as it should, or null. */
    private String again() throws IOException {
      boolean complete = wanted.equals(content(store, output));
      NgramsOutcomes.Outcome again = NgramsOutcomes.run(line.toArray());
      boolean refused = complete && !earlier && again.code() == ExitCode.CONFIGURATION.code();
      if (again.code() != 0 && !refused) {
        return again.errors();
      }
      if (!wanted.equals(content(store, output))) {
        return "it leaves other " + difference(content(store, output), wanted);
      }
      return withoutOrphans();
    }

    /** What is wrong when nothing is left that no manifest lists, or null. */
    private String withoutOrphans() throws IOException {
      done("files", "--input", output, "--remove-orphans", "--older-than", 0);
      if (!wanted.equals(content(store, output))) {
        return "removing orphans left other " + difference(content(store, output), wanted);
      }
      Set<String> files = new TreeSet<>();
      for (String path : store.content().keySet()) {
        int at = path.indexOf("folder/output/");
        if (at >= 0 && !path.endsWith(".crc")) { // which Hadoop writes
          files.add(path.substring(at + "folder/output/".length()));
        }
      }
      Set<String> counted = counted(store, output);
      return files.equals(counted) ? null : "there is " + files + ", but what counts is " + counted;
    }

    @Override
    public void close() {
      for (String key : store.settings().keySet()) {
        hadoop.unset(key);
        System.clearProperty("spark.hadoop." + key);
      }
      store.close();
    }
  }
}
