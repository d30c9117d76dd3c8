package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.RunState;
import org.seqlm.artifact.SmallFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * What the folder of a training run holds at a moment, as its newest manifest says: the files of
 * its metrics, and the manifests of its model and of its checkpoints. What else lies there does not
 * count. A run of format version 1 that is not finished has no manifest: of it, what is there
 * counts, and {@code run.json} says what it is.
 */
public final class RunView {
  private static final Pattern METRICS = Pattern.compile("metrics/(\\d+)[^/]*\\.jsonl");
  private static final Pattern CHECKPOINT =
      Pattern.compile("checkpoints/(\\d+)/manifest(-\\d+)?\\.json");
  private static final Pattern MODEL = Pattern.compile("model/manifest(-\\d+)?\\.json");

  private final Configuration conf;
  private final String name;
  private final int number;
  private final Manifest manifest;

  /**
   * The content of {@code run.json}, by which a run of format version 1 began.
   *
   * @param formatVersion of the folder
   * @param producer the release that began the run
   * @param job fingerprint of all that decides the result
   * @param inputs fingerprints of what is trained on, by name
   * @param config effective
   * @param seed of all randomness
   */
  private record RunFile(
      int formatVersion,
      String producer,
      String job,
      Map<String, String> inputs,
      JsonNode config,
      long seed) {
    Manifest manifest(List<FileEntry> files) {
      return new Manifest(
          formatVersion,
          ArtifactKind.RUN,
          producer,
          inputs,
          config,
          seed,
          null,
          files,
          null,
          new RunState(0, "", job, RunState.Phase.TRAINING, null));
    }
  }

  private RunView(Configuration conf, String name, int number, Manifest manifest) {
    this.conf = conf;
    this.name = name;
    this.number = number;
    this.manifest = manifest;
  }

  /**
   * The run in a folder.
   *
   * @return null if it holds none
   * @throws UserException with exit code 3 if what says so is damaged
   */
  public static RunView find(Configuration conf, String folder, SmallFile.Remedy remedy)
      throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    ArtifactReader.Newest newest = ArtifactReader.newest(conf, folder, remedy);
    if (newest == null) {
      return fs.exists(new Path(path, RunLayout.FILE))
          ? new RunView(
              conf, folder, 0, runFile(fs, path, folder, remedy).manifest(parts(fs, path)))
          : null;
    }
    Manifest manifest = newest.manifest();
    if (manifest.kind() != ArtifactKind.RUN) {
      return null;
    }
    if (manifest.run() == null) {
      manifest =
          manifest.withRun(
              new RunState(0, "", job(fs, path, folder), RunState.Phase.COMPLETE, null));
    }
    return new RunView(conf, folder, newest.number(), manifest);
  }

  /** The same with what there is to say about damage everywhere. */
  public static RunView find(Configuration conf, String folder) throws IOException {
    return find(conf, folder, () -> ArtifactReader.remedy(conf, folder));
  }

  private static RunFile runFile(FileSystem fs, Path path, String folder, SmallFile.Remedy remedy)
      throws IOException {
    return SmallFile.versioned(fs, path, folder, RunLayout.FILE, RunFile.class, remedy);
  }

  /** Of a finished run of format version 1; empty if nobody knows it any more. */
  private static String job(FileSystem fs, Path path, String folder) throws IOException {
    try {
      return runFile(fs, path, folder, SmallFile.Remedy.NONE).job();
    } catch (UserException | FileNotFoundException e) {
      return "";
    }
  }

  /** What counts in a run that has no manifest. */
  private static List<FileEntry> parts(FileSystem fs, Path folder) throws IOException {
    List<FileEntry> parts = new ArrayList<>();
    for (FileStatus metricFile : children(fs, new Path(folder, RunLayout.METRICS))) {
      add(
          fs,
          metricFile.getPath(),
          RunLayout.METRICS + "/" + metricFile.getPath().getName(),
          parts);
    }
    for (FileStatus checkpoint : children(fs, new Path(folder, RunLayout.CHECKPOINTS))) {
      String name = RunLayout.CHECKPOINTS + "/" + checkpoint.getPath().getName();
      add(
          fs,
          new Path(checkpoint.getPath(), Manifest.FILE_NAME),
          name + "/" + Manifest.FILE_NAME,
          parts);
    }
    String model = RunLayout.MODEL + "/" + Manifest.FILE_NAME;
    add(fs, Paths.below(folder, model), model, parts);
    return parts;
  }

  private static FileStatus[] children(FileSystem fs, Path folder) throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private static void add(FileSystem fs, Path file, String name, List<FileEntry> parts)
      throws IOException {
    if (isPart(name) && fs.exists(file)) {
      long bytes = fs.getFileStatus(file).getLen();
      parts.add(new FileEntry(name, bytes, ArtifactReader.sha256(fs, file)));
    }
  }

  /** Whether a run's manifest lists such a file, and does so for what it is. */
  static boolean isPart(String path) {
    return METRICS.matcher(path).matches() || isManifest(path);
  }

  /** Whether it is the manifest of a checkpoint. */
  static boolean isCheckpoint(String path) {
    return CHECKPOINT.matcher(path).matches();
  }

  /** Whether it is the manifest of a part. */
  static boolean isManifest(String path) {
    return CHECKPOINT.matcher(path).matches() || MODEL.matcher(path).matches();
  }

  /** The run that is in the folder until the one in training is complete; else this one. */
  private RunView served() {
    return manifest.run().previous() == null
        ? this
        : new RunView(conf, name, number, manifest.run().previous());
  }

  /** The folder as the caller named it. */
  public String name() {
    return name;
  }

  /** The number of its manifest, by which a writer commits the next; 0 for none. */
  int number() {
    return number;
  }

  /** What it is, and how far. */
  public Manifest manifest() {
    return manifest;
  }

  /** How far it has come. */
  public RunState state() {
    return manifest.run();
  }

  /** Whether it has come to its end. */
  public boolean isComplete() {
    return manifest.run() == null || manifest.run().phase() == RunState.Phase.COMPLETE;
  }

  /** The parts that count. */
  List<FileEntry> parts() {
    return manifest.files().stream().filter(file -> isPart(file.path())).toList();
  }

  /** The best model's manifest; null if there is none yet. */
  FileEntry model() {
    return manifest.files().stream()
        .filter(file -> MODEL.matcher(file.path()).matches())
        .findFirst()
        .orElse(null);
  }

  /** The manifests of the checkpoints, by round. */
  SortedMap<Integer, FileEntry> checkpoints() {
    return numbered(manifest.files(), CHECKPOINT);
  }

  /** The round of a checkpoint's manifest, or of a file of metrics the last; else -1. */
  static int round(String path) {
    for (Pattern pattern : List.of(CHECKPOINT, METRICS)) {
      Matcher matcher = pattern.matcher(path);
      if (matcher.matches()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    return -1;
  }

  private static SortedMap<Integer, FileEntry> numbered(List<FileEntry> files, Pattern pattern) {
    SortedMap<Integer, FileEntry> numbered = new TreeMap<>();
    for (FileEntry file : files) {
      Matcher matcher = pattern.matcher(file.path());
      if (matcher.matches()) {
        numbered.put(Integer.parseInt(matcher.group(1)), file);
      }
    }
    return numbered;
  }

  /**
   * The manifest of the model that stands for the run: of the finished one as long as another that
   * is to replace it is in training.
   *
   * @throws UserException with exit code 3 if there is none yet
   */
  FileEntry servedModel() {
    FileEntry model = served().model();
    if (model == null) {
      throw UserException.data(
          name + " is a run that holds no model yet: let seqlm train go on with it");
    }
    return model;
  }

  /**
   * The manifest of the part that a folder of the run holds: of the model that stands for the run,
   * or of a checkpoint.
   *
   * @param part a folder in the run's
   * @return null if the run's manifest lists none there
   */
  FileEntry partIn(Path part) {
    if (part.getName().equals(RunLayout.MODEL)) {
      return served().model();
    }
    return part.getName().matches("\\d{1,9}")
        ? checkpoints().get(Integer.parseInt(part.getName()))
        : null;
  }

  /**
   * The folder that holds the files of the model that stands for the run.
   *
   * @return null if there is no model yet
   */
  public Path modelData() throws IOException {
    FileEntry model = served().model();
    return model == null
        ? null
        : ArtifactReader.openPart(conf, name, model, SmallFile.Remedy.NONE).data();
  }

  /** The rounds of the checkpoints that count. */
  java.util.Set<Integer> checkpointRounds() {
    return checkpoints().keySet();
  }

  /** The last checkpoint that counts and is whole; null if there is none. */
  public Checkpoint lastCheckpoint() throws IOException {
    SortedMap<Integer, FileEntry> all = checkpoints();
    try {
      return all.isEmpty()
          ? null
          : Checkpoints.checkpoint(
              ArtifactReader.openPart(conf, name, all.get(all.lastKey()), SmallFile.Remedy.NONE));
    } catch (UserException e) {
      return null;
    }
  }

  /** What there is to know about the model that stands for the run; empty of a finished one. */
  public String notice() {
    if (isComplete()) {
      return "";
    }
    return served() == this
        ? "the run "
            + name
            + " is not finished: its model is the best so far; the seqlm train that began it goes"
            + " on with it"
        : "the run "
            + name
            + " is being trained anew: until that is finished, the model of the run before is used";
  }

  /** Takes a file of metrics that is damaged; what it throws ends the reading. */
  @FunctionalInterface
  public interface Damage {
    void tell(UserException damage);
  }

  /**
   * All metrics of the run in order; each has a {@code type}, {@code round}, {@code validation} or
   * {@code divergence}, and then the components of the record of that name.
   *
   * @param damage is told of each file that is damaged or missing, and so left out
   */
  public List<JsonNode> metrics(Damage damage) throws IOException {
    RunView view = this;
    for (int attempt = 1; ; attempt++) {
      List<UserException> damages = new ArrayList<>();
      List<JsonNode> metrics = view.read(damages);
      RunView now = damages.isEmpty() ? view : find(conf, name);
      if (now == null || now.number == view.number || attempt == ATTEMPTS) {
        damages.forEach(damage::tell);
        return metrics;
      }
      view = now; // a commit swept away what was to be read
    }
  }

  /** How often to look again. */
  private static final int ATTEMPTS = 5;

  /** Reads something of a model's files. */
  @FunctionalInterface
  public interface OfModel<T> {
    T read(ArtifactReader model) throws IOException;
  }

  /**
   * Reads something of the run's own best model so far, not of one that it is to replace.
   *
   * @return null if there is none yet
   * @throws UserException with exit code 3 if it is damaged
   */
  public <T> T ofModel(OfModel<T> reads) throws IOException {
    RunView view = this;
    for (int attempt = 1; ; attempt++) {
      FileEntry model = view.model();
      if (model == null) {
        return null;
      }
      try {
        return reads.read(ArtifactReader.openPart(conf, name, model, SmallFile.Remedy.NONE));
      } catch (UserException e) {
        RunView now = find(conf, name);
        if (now == null || now.number == view.number || attempt == ATTEMPTS) {
          throw e;
        }
        view = now; // a commit swept away what was to be read
      }
    }
  }

  private List<JsonNode> read(List<UserException> damages) throws IOException {
    List<JsonNode> metrics = new ArrayList<>();
    Path folder = Paths.of(name);
    FileSystem fs = folder.getFileSystem(conf);
    for (FileEntry metricFile : metricFiles(manifest.files())) {
      String shown = new Path(folder, metricFile.path()).toString();
      try {
        metrics.addAll(
            SmallFile.lines(
                fs,
                new Path(folder, metricFile.path()),
                shown,
                () -> "its lines are left out of reports, and no model needs them"));
      } catch (UserException e) {
        damages.add(e);
      } catch (FileNotFoundException e) {
        damages.add(
            UserException.data(
                shown + " is missing: its lines are left out of reports, and no model needs them"));
      }
    }
    return metrics;
  }

  /** Those of metrics among some files, in order. */
  static List<FileEntry> metricFiles(List<FileEntry> files) {
    return files.stream()
        .filter(file -> METRICS.matcher(file.path()).matches())
        .sorted(java.util.Comparator.comparingInt(file -> round(file.path())))
        .toList();
  }

  /**
   * As {@link #metrics(Damage)}, where all must be whole.
   *
   * @throws UserException with exit code 3 also if a file is damaged
   */
  public static List<JsonNode> metrics(Configuration conf, String folder) throws IOException {
    RunView view = find(conf, folder);
    if (view == null) {
      throw UserException.data(folder + " holds no training run");
    }
    return view.metrics(
        damage -> {
          throw damage;
        });
  }
}
