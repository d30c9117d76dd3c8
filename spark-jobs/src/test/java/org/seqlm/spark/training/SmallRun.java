package org.seqlm.spark.training;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Orphans;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.Paths;
import org.seqlm.artifact.Sha256;
import org.seqlm.artifact.SmallFile;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InitialParameters;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFiles;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.files.RunView;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabulary;

/**
 * A training of a few rounds that writes what {@code train} writes, in the same order, but computes
 * next to nothing: each round's parameters and states follow from those of the round before.
 */
final class SmallRun {
  private static final int ROUNDS = 3;
  private static final int WORKERS = 2;
  private static final int WITHOUT_A_BETTER_MODEL = 2;
  private static final Vocabulary VOCABULARY = Letters.vocabulary(3);
  private static final NetworkSpec SPEC =
      new NetworkSpec(InputKind.EMBEDDING, 1, CellKind.RNN, 1, 1, 3, 0, 0);
  private static final TextRules TEXT = TextRules.of(TokenizerKind.CHAR);
  private static final ResumeRules RULES = new ResumeRules(List.of(), List.of());

  private final Configuration conf;
  private final String output;
  private final int variant;
  private final Steps steps;
  private RunFolder folder;
  private Checkpoints checkpoints;
  private Checkpoint from;
  private int model;

  /** What is told of a run as it goes on; it may stop the run. */
  static class Steps {
    void begun() {}

    void committed(int round) {}

    void completing() {}

    void completed() {}
  }

  private SmallRun(Configuration conf, String output, int variant, Steps steps) {
    this.conf = conf;
    this.output = output;
    this.variant = variant;
    this.steps = steps;
  }

  /**
   * Trains to the end: anew, or from where a run of the same variant stopped.
   *
   * @param variant decides all bytes
   * @throws UserException as {@code train} does
   */
  static void train(
      Configuration conf, String output, int variant, Overwrite overwrite, Steps steps)
      throws IOException {
    SmallRun run = new SmallRun(conf, output, variant, steps);
    run.begin(overwrite);
    steps.begun();
    try {
      run.rounds();
    } catch (UserException | IOException e) {
      run.folder.requireWriter();
      throw e;
    }
  }

  /** As {@code TrainCommand} becomes a run's writer. */
  private void begin(Overwrite overwrite) throws IOException {
    find(overwrite);
    if (tryBegin()) {
      return;
    }
    find(overwrite);
    RunFolder.fence(conf, output);
    find(overwrite);
    if (!tryBegin()) {
      throw UserException.platform("taken over by one after the other");
    }
  }

  private void find(Overwrite overwrite) throws IOException {
    RunFolder.Identity identity =
        RunFolder.Identity.of("job" + variant, Map.of(), Map.of("variant", variant), variant);
    folder = RunFolder.find(conf, output, identity, RULES, overwrite, RunFolder.Resume.IF_POSSIBLE);
    checkpoints = folder.checkpoints(new ModelArtifact.NetworkFile(SPEC, TEXT), VOCABULARY);
    model = folder.modelRound();
    from = checkpoints.usable(this::problem, model).newest();
  }

  private String problem(List<StateFile> files) throws IOException {
    // Of a name of its own: it remembers nothing.
    WorkerStates states = new WorkerStates(conf, RunFolder.states(conf, output));
    try {
      for (int worker = 0; worker < files.size(); worker++) {
        states.read(worker, files.get(worker));
      }
      return null;
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DATA) {
        throw e;
      }
      return e.getMessage();
    }
  }

  private boolean tryBegin() throws IOException {
    int round = from == null ? -1 : from.round();
    checkpoints.forgetAfter(round);
    return folder.begin(round);
  }

  private void rounds() throws IOException {
    WorkerStates states = new WorkerStates(conf, RunFolder.states(conf, output), folder.writer());
    Map<Integer, List<StateFile>> kept = new TreeMap<>();
    for (int round : checkpoints.rounds()) {
      kept.put(round, checkpoints.states(round));
    }
    List<StateFile> handed = kept.values().stream().flatMap(List::stream).toList();
    float[] parameters = InitialParameters.create(SPEC, variant);
    List<StateFile> files = List.of();
    int best = -1;
    int next = 0;
    if (from != null) {
      parameters = checkpoints.load(from.round()).parameters();
      files = from.states();
      best = from.bestRound();
      next = from.round() + 1;
      if (best != model) {
        writeModel(best, checkpoints.load(best).parameters());
      }
    }
    for (int round = next; round <= ROUNDS; round++) {
      if (round > 0) {
        parameters = trained(parameters, round);
        files = trained(states, files, round);
      }
      if (round != WITHOUT_A_BETTER_MODEL) {
        writeModel(round, parameters);
        best = round;
      }
      folder.writeMetrics(round, List.of("{\"type\":\"round\",\"round\":" + round + "}"));
      checkpoints.write(
          new Checkpoints.Loaded(
              checkpoint(round, files, best), parameters, new float[0], new float[0]),
          variant);
      kept.put(round, files);
      checkpoints.keep(1, best);
      folder.commit();
      steps.committed(round);
      kept.keySet().retainAll(checkpoints.rounds());
      states.deleteExcept(handed, kept.values().stream().flatMap(List::stream).toList());
    }
    steps.completing();
    folder.complete(Map.of("rounds", ROUNDS));
    steps.completed();
  }

  private static Checkpoint checkpoint(int round, List<StateFile> states, int best) {
    return new Checkpoint(
        round,
        round,
        round,
        0,
        states,
        0,
        best,
        1.0,
        1.0,
        0,
        1L,
        List.of(),
        0,
        VOCABULARY.fingerprint(),
        Map.of(),
        List.of());
  }

  private void writeModel(int round, float[] parameters) throws IOException {
    folder.writeModel(
        new RecurrentLanguageModel(SPEC, parameters, VOCABULARY),
        TEXT,
        new ModelArtifact.ModelDetails(
            SPEC.title(), parameters.length, VOCABULARY.fingerprint(), round, round, 1.0));
  }

  private static float[] trained(float[] parameters, int round) {
    float[] trained = parameters.clone();
    for (int i = 0; i < trained.length; i++) {
      trained[i] = trained[i] * 0.5f + round;
    }
    return trained;
  }

  private List<StateFile> trained(WorkerStates states, List<StateFile> before, int round)
      throws IOException {
    List<StateFile> after = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      WorkerState was =
          before.isEmpty() ? WorkerState.FRESH : states.read(worker, before.get(worker));
      float moment = was.moments().length == 0 ? variant : was.moments()[0];
      WorkerState is =
          new WorkerState(round, round, new float[] {moment * 0.5f + worker + round}, new float[1]);
      after.add(states.write(round, worker, 0, is));
    }
    return after;
  }

  /**
   * All that counts in a run's folder, checked: SHA-256 by what it is, whoever wrote it. What is
   * kept of a finished run until another is complete begins with {@code previous/}.
   *
   * @return empty if there is no run
   * @throws UserException with exit code 3 if any of it is missing or damaged
   */
  static Map<String, String> content(Configuration conf, String output) throws IOException {
    RunView view = RunView.find(conf, output);
    Map<String, String> content = new TreeMap<>();
    if (view == null) {
      return content;
    }
    content.put("phase", view.state().phase().name());
    content.put("job", view.state().job());
    RunFiles.of(conf, view);
    add(conf, output, view.manifest(), "", content);
    if (view.state().previous() != null) {
      add(conf, output, view.state().previous(), "previous/", content);
    }
    if (content.keySet().stream().anyMatch(path -> path.contains("model/"))) {
      content.put(
          "served",
          Sha256.of(Json.pretty(ModelArtifact.open(conf, output).parameters()).getBytes()));
    }
    return content;
  }

  private static void add(
      Configuration conf,
      String output,
      Manifest manifest,
      String prefix,
      Map<String, String> content)
      throws IOException {
    Path root = Paths.of(output);
    FileSystem fs = root.getFileSystem(conf);
    StringBuilder metrics = new StringBuilder();
    for (FileEntry file : manifest.files()) {
      if (file.path().endsWith(".jsonl")) {
        byte[] bytes = bytes(fs, Paths.below(root, file.path()));
        if (!Sha256.of(bytes).equals(file.sha256())) {
          throw UserException.data(file.path() + " is damaged");
        }
        metrics.append(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        continue;
      }
      ArtifactReader part = ArtifactReader.openPart(conf, output, file, SmallFile.Remedy.NONE);
      String name = prefix + file.path().substring(0, file.path().lastIndexOf('/') + 1);
      for (FileEntry each : part.manifest().files()) {
        byte[] bytes = part.readVerified(each.path());
        if (!each.path().equals("checkpoint.json")) {
          content.put(name + each.path(), each.sha256());
          continue;
        }
        Checkpoint checkpoint = Json.mapper().readValue(bytes, Checkpoint.class);
        List<String> states = new ArrayList<>();
        for (StateFile state : checkpoint.states()) {
          Path path = new Path(RunFolder.states(conf, output), state.path());
          if (!Sha256.of(bytes(fs, path)).equals(state.sha256())) {
            throw UserException.data(path + " is damaged");
          }
          states.add(state.sha256());
        }
        content.put(
            name + each.path(), checkpoint.bestRound() + " " + checkpoint.step() + " " + states);
      }
    }
    content.put(prefix + "metrics", metrics.toString());
  }

  private static byte[] bytes(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw UserException.data(file + " is missing", e);
    }
  }

  /** The newest round whose checkpoint counts, -1 for none. */
  static int round(Map<String, String> content) {
    int newest = -1;
    for (String path : content.keySet()) {
      if (path.matches("checkpoints/\\d+/checkpoint\\.json")) {
        newest = Math.max(newest, Integer.parseInt(path.split("/")[1]));
      }
    }
    return newest;
  }

  /**
   * Removes what nobody needs.
   *
   * @return paths below the run's folder of the files that count
   */
  static Set<String> removeOrphans(Configuration conf, String output) throws IOException {
    Path root = Paths.of(output);
    FileSystem fs = root.getFileSystem(conf);
    root = fs.makeQualified(root);
    Set<String> counted = new TreeSet<>(RunFiles.of(conf, RunView.find(conf, output)));
    counted.add(ArtifactReader.open(conf, output).file());
    Collection<Orphans.Orphan> orphans = Orphans.find(fs, root, counted, Orphans.Kind.RUN);
    for (Orphans.Orphan orphan : orphans) {
      Orphans.remove(fs, root, orphan);
    }
    return counted;
  }
}
