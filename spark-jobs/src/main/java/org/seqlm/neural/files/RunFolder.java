package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.Commits;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.RunState;
import org.seqlm.neural.network.Network;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * The folder of a training run as its writer has it. Checkpoints, the best model and files of
 * metrics are written under names that nobody else uses, and count together with the next {@link
 * #commit}, which writes the run's next manifest. Each writer takes a term by his first commit; one
 * whose commit finds another's in its place is no longer the run's writer, and stops.
 *
 * @see RunView
 */
public final class RunFolder {
  private final Configuration conf;
  private final FileSystem fs;
  private final Path folder;
  private final String name;
  private final Identity run;
  private final RunView before;
  private final int number; // of the newest manifest when the folder was looked at, 0 for none
  private final Found found;
  private final boolean otherLength;

  private Commits commits;
  private RunState state;
  private Checkpoints checkpoints;
  private FileEntry model;
  private FileEntry counted; // the model of the last commit
  private List<FileEntry> metrics = List.of();
  private List<FileEntry> committed = List.of();

  /**
   * What a run is.
   *
   * @param job fingerprint of all that decides the result: the same job resumes
   * @param inputs fingerprints of what is trained on, by name
   * @param config effective
   * @param seed of all randomness
   */
  public record Identity(String job, Map<String, String> inputs, JsonNode config, long seed) {
    public Identity {
      Objects.requireNonNull(job, "job");
      inputs = Collections.unmodifiableMap(new TreeMap<>(inputs));
      Objects.requireNonNull(config, "config");
    }

    /** Of a configuration. */
    public static Identity of(String job, Map<String, String> inputs, Object config, long seed) {
      return new Identity(job, inputs, Json.tree(config), seed);
    }
  }

  /**
   * @param newest number of the newest manifest when the folder was looked at, 0 for none
   */
  RunFolder(
      Configuration conf,
      String name,
      Identity run,
      RunView before,
      int newest,
      Found found,
      boolean otherLength)
      throws IOException {
    this.conf = conf;
    this.name = name;
    this.folder = Paths.of(name);
    this.fs = folder.getFileSystem(conf);
    this.run = run;
    this.before = before;
    this.number = before == null ? newest : before.number();
    this.found = found;
    this.otherLength = otherLength;
  }

  /** What lies in a folder. */
  public enum Found {
    /** No run that goes on. */
    NOTHING,
    /** A run that was stopped, or has lost its model. */
    UNFINISHED,
    /** A run that reached its end; more rounds extend it. */
    COMPLETE
  }

  /** Whether to insist on going on with a run. */
  public enum Resume {
    /** Go on if there is one to go on with. */
    IF_POSSIBLE,
    /** Fail if there is none. */
    REQUIRED
  }

  /** The round of the run's model if that is whole, else -1. */
  public int modelRound() throws IOException {
    return before == null ? -1 : RunFinder.modelRound(conf, before);
  }

  /** What was in the folder. */
  public Found found() {
    return found;
  }

  /** What the run that goes on was before; null if none does. */
  public Manifest before() {
    return found == Found.NOTHING ? null : before.manifest();
  }

  /**
   * Seconds since the manifest that was found was written; a very long time if there was none, or
   * one of a run that has ended: nobody is at work on that.
   */
  public double secondsSinceWritten() throws IOException {
    boolean ended = before == null || before.isComplete();
    long written = ended ? 0 : Commits.written(fs, folder, number);
    return Math.max(0, System.currentTimeMillis() - written) / 1e3;
  }

  /** Whether the run that was there is of another length than the one that is to go on. */
  public boolean otherLength() {
    return otherLength;
  }

  /** The folder as the caller named it. */
  public String name() {
    return name;
  }

  /** What the user can do where the run cannot go on: the end of a message. */
  public String anew() throws IOException {
    return RunFinder.anew(conf, name);
  }

  /**
   * The run's checkpoints: those that count where a run goes on.
   *
   * @param content of its models
   */
  public Checkpoints checkpoints(ModelContent content) {
    checkpoints =
        new Checkpoints(
            conf,
            name,
            content,
            run.job(),
            // Of format version 1 a folder's name says that a checkpoint is the run's.
            found != Found.NOTHING && before.state().term() == 0 ? before.state().job() : null,
            found == Found.NOTHING ? Map.of() : before.checkpoints());
    return checkpoints;
  }

  /** Where workers keep their state. */
  public static String states(Configuration conf, String folder) throws IOException {
    Path path = new Path(Paths.of(folder), RunLayout.STATES);
    // Executors have working folders of their own.
    return path.getFileSystem(conf).makeQualified(path).toString();
  }

  /** Where the best model is. */
  public String model() {
    return new Path(folder, RunLayout.MODEL).toString();
  }

  /**
   * Becomes the run's writer: takes the next term. Whoever was it before can commit no more.
   *
   * @param round after which the run goes on, -1 for its beginning; what was told of later ones is
   *     forgotten
   * @return false if another has committed since this one found the folder: {@link #fence} keeps
   *     him from doing so again, and what is there must be found anew
   */
  public boolean begin(int round) throws IOException {
    Manifest previous = null;
    if (before != null) {
      previous =
          before.isComplete() && found == Found.NOTHING
              ? before.manifest().withRun(null)
              : before.state().previous();
      committed = before.manifest().files();
    }
    if (found != Found.NOTHING) {
      // Those that are damaged count no more, but may still be of use to somebody.
      committed =
          committed.stream()
              .filter(
                  file ->
                      !RunView.isCheckpoint(file.path()) || checkpoints.manifests().contains(file))
              .toList();
      model = before.model();
      try {
        metrics =
            MetricFiles.until(fs, folder, RunView.metricFiles(before.manifest().files()), round);
      } catch (FileNotFoundException e) {
        if (Commits.newest(fs, folder) == number) {
          throw e;
        }
        return false; // who commits removes what counts no more, also while it is read
      }
    }
    commits = Commits.after(fs, folder, number);
    state =
        new RunState(
            before == null ? 1 : before.state().term() + 1,
            commits.unique(),
            run.job(),
            RunState.Phase.TRAINING,
            previous);
    return tryCommit(null);
  }

  /** How often to try to come between two commits of another writer. */
  private static final int ATTEMPTS = 100;

  /**
   * Takes the next term of a run that another writes, and changes nothing else.
   *
   * @throws UserException with exit code 5 if the other is always faster
   */
  public static void fence(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      RunView view = RunView.find(conf, folder);
      if (view == null) {
        return; // it is gone
      }
      Commits commits = Commits.after(fs, path, view.number());
      RunState was = view.state();
      RunState mine =
          new RunState(was.term() + 1, commits.unique(), was.job(), was.phase(), was.previous());
      if (commits.commit(view.manifest().withRun(mine))) {
        return;
      }
    }
    throw UserException.platform(
        "output "
            + folder
            + " is written by another seqlm train, which commits too often to be taken over: end"
            + " it, and start this one again");
  }

  /** Twelve hexadecimal digits for the names of the writer's files. */
  public String writer() {
    return commits.unique();
  }

  /** The run's term, from 1: how many writers it has had. */
  public long term() {
    return state.term();
  }

  /**
   * Checks that nobody else has become the run's writer: what failed is then his doing.
   *
   * @throws UserException with exit code 5 if so
   */
  public void requireWriter() throws IOException {
    if (commits == null || Commits.newest(fs, folder) == commits.number()) {
      return;
    }
    RunView now = RunView.find(conf, name);
    // A commit of one's own whose answer was lost is no other writer's.
    if (now == null || !now.state().writer().equals(commits.unique())) {
      throw lost(now);
    }
  }

  /** The parameters of the best model so far, flat. */
  public float[] bestParameters(Network network) throws IOException {
    return ModelArtifact.tensors(
        ModelArtifact.part(conf, name, model), ModelArtifact.PARAMETERS, network.layout());
  }

  /**
   * Writes the best model so far in place of the one before.
   *
   * @param details for its manifest; of a language model {@link ModelArtifact.ModelDetails}
   */
  public void writeModel(ModelContent content, float[] parameters, Object details)
      throws IOException {
    FileEntry was = model;
    model =
        ModelArtifact.writePart(
            conf,
            name,
            content,
            parameters,
            Manifest.of(ArtifactKind.MODEL, run.inputs(), run.config(), run.seed(), details));
    if (was != null && !committed.contains(was)) {
      commits.removePart(was); // it never counted
    }
  }

  /**
   * Writes the metrics since the file before. A file takes up those before it that are no longer
   * than itself, so there are never more than the logarithm of the lines.
   *
   * @param round the last that they tell of
   * @param lines JSON, without line feeds
   */
  public void writeMetrics(int round, List<String> lines) throws IOException {
    if (!lines.isEmpty()) {
      metrics = MetricFiles.with(fs, folder, metrics, round, lines);
    }
  }

  /**
   * Makes everything that was written since the last time count, in one step, and removes what does
   * not count any more.
   *
   * @throws UserException with exit code 5 if another has become the run's writer
   */
  public void commit() throws IOException {
    commit(null);
  }

  /**
   * The same for metrics only: a model that is better than that of the last checkpoint counts with
   * the next one.
   *
   * @throws UserException with exit code 5 if another has become the run's writer
   */
  public void commitMetrics() throws IOException {
    FileEntry best = model;
    model = counted;
    try {
      commit(null);
    } finally {
      model = best;
    }
  }

  /**
   * The same for the last time.
   *
   * @param details the result
   */
  public void complete(Object details) throws IOException {
    metrics = MetricFiles.asOne(fs, folder, metrics);
    state = new RunState(state.term(), state.writer(), run.job(), RunState.Phase.COMPLETE, null);
    commit(details);
  }

  private void commit(Object details) throws IOException {
    if (!tryCommit(details)) {
      throw lost(RunView.find(conf, name));
    }
  }

  /**
   * @return false if another has committed
   */
  private boolean tryCommit(Object details) throws IOException {
    List<FileEntry> files = new ArrayList<>(metrics);
    files.addAll(checkpoints.manifests());
    if (model != null) {
      files.add(model);
    }
    Manifest manifest =
        Manifest.of(ArtifactKind.RUN, run.inputs(), run.config(), run.seed(), details)
            .withFiles(files, null)
            .withRun(state);
    if (!commits.commit(manifest)) {
      return false;
    }
    Set<FileEntry> keep = new HashSet<>(files);
    if (state.previous() != null) {
      keep.addAll(state.previous().files());
    }
    Set<FileEntry> drop = new LinkedHashSet<>(committed);
    drop.removeAll(keep);
    commits.remove(drop.stream().filter(file -> RunView.isPart(file.path())).toList());
    committed = new ArrayList<>(keep);
    counted = model;
    return true;
  }

  /**
   * @param now the run that is there; null if there is none any more
   */
  private UserException lost(RunView now) {
    return UserException.platform(
        String.format(
            Locale.ROOT,
            "output %s is no longer this job's: %s. This one stops here, has removed nothing, and"
                + " need not be started again",
            name,
            now == null
                ? "another command has replaced the run"
                : String.format(
                    Locale.ROOT,
                    "another seqlm train writes it now (term %d; this one's was %d), from the last"
                        + " checkpoint on",
                    now.state().term(),
                    state.term())));
  }
}
