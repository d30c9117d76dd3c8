package org.seqlm.spark.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFinder;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
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
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 1, CellKind.RNN, 1, 1, 3, 0, 0);
  private static final TextRules TEXT = TextRules.of(TokenizerKind.CHAR);
  private static final ModelArtifact.Content CONTENT =
      new ModelArtifact.Content(new ModelArtifact.NetworkFile(SPEC, TEXT), VOCABULARY);
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
    folder = RunFinder.find(conf, output, identity, RULES, overwrite, RunFolder.Resume.IF_POSSIBLE);
    checkpoints = folder.checkpoints(CONTENT);
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
        CONTENT,
        parameters,
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
}
