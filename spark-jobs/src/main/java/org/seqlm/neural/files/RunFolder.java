package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.HashedFile;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.Paths;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.artifact.Version;
import org.seqlm.vocab.Vocabulary;

/**
 * The folder of a training run, which grows while it trains: {@code run.json} first, {@code
 * checkpoints/N/}, {@code state/}, {@code metrics/N.jsonl}, {@code model/}, and the manifest last.
 */
public final class RunFolder {
  private static final String METRICS = "metrics";
  private static final String STATES = "state";
  private static final Pattern SEGMENT = Pattern.compile("(\\d+)\\.jsonl");

  private final Configuration conf;
  private final FileSystem fs;
  private final Path folder;
  private final String name;
  private final RunFile run;
  private final Found found;
  private final boolean otherLength;

  /**
   * The content of {@code run.json}.
   *
   * @param formatVersion of the folder
   * @param producer the release that began the run
   * @param job fingerprint of all that decides the result: the same job resumes
   * @param inputs fingerprints of what is trained on, by name
   * @param config effective
   * @param seed of all randomness
   */
  public record RunFile(
      int formatVersion,
      String producer,
      String job,
      Map<String, String> inputs,
      JsonNode config,
      long seed) {
    public RunFile {
      Objects.requireNonNull(job, "job");
      inputs = Collections.unmodifiableMap(new TreeMap<>(inputs));
      Objects.requireNonNull(config, "config");
    }

    /** A run of this release. */
    public static RunFile of(String job, Map<String, String> inputs, Object config, long seed) {
      return new RunFile(
          Manifest.FORMAT_VERSION, Version.current(), job, inputs, Json.tree(config), seed);
    }
  }

  private RunFolder(Configuration conf, String name, RunFile run, Found found, boolean otherLength)
      throws IOException {
    this.conf = conf;
    this.name = name;
    this.folder = Paths.of(name);
    this.fs = folder.getFileSystem(conf);
    this.run = run;
    this.found = found;
    this.otherLength = otherLength;
  }

  /** Whether the folder holds a run, complete or not. */
  public static boolean isRun(Configuration conf, String folder) throws IOException {
    Path path = new Path(Paths.of(folder), RunLayout.FILE);
    return path.getFileSystem(conf).exists(path);
  }

  /**
   * Finds what lies in a folder that a run is to be written to, without touching it.
   *
   * @param resume whether the caller insists on going on
   * @throws UserException with exit code 2 if the folder may not be written, 3 if it holds a run
   *     that does not tell what it is
   */
  public static RunFolder find(
      Configuration conf,
      String folder,
      RunFile run,
      ResumeRules rules,
      Overwrite overwrite,
      Resume resume)
      throws IOException {
    if (resume == Resume.REQUIRED && overwrite == Overwrite.REPLACE) {
      throw UserException.configuration("--resume and --overwrite exclude one another");
    }
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    boolean found = fs.exists(new Path(path, RunLayout.FILE));
    boolean complete = fs.exists(new Path(path, Manifest.FILE_NAME));
    if (resume == Resume.REQUIRED && !found) {
      throw UserException.configuration(
          "--resume: " + folder + " holds no run: leave the flag out to begin one");
    }
    if (!found || (complete && resume != Resume.REQUIRED)) {
      ArtifactWriter.checkTarget(conf, folder, overwrite);
      return new RunFolder(conf, folder, run, Found.NOTHING, false);
    }
    if (overwrite == Overwrite.REPLACE) {
      return new RunFolder(conf, folder, run, Found.NOTHING, false);
    }
    RunFile was =
        SmallFile.versioned(
            fs, path, folder, RunLayout.FILE, RunFile.class, () -> anew(conf, folder));
    refuseOther(was, run, rules, resume, folder);
    boolean otherLength =
        !rules.conflicts(was.config(), run.config(), Resume.IF_POSSIBLE).isEmpty();
    return new RunFolder(
        conf, folder, run, complete ? Found.COMPLETE : Found.UNFINISHED, otherLength);
  }

  /** What is left to do with a run that cannot go on: the end of a message. */
  private static String anew(Configuration conf, String folder) throws IOException {
    String anew = "give --overwrite to train it anew";
    String model = new Path(Paths.of(folder), RunLayout.MODEL).toString();
    try {
      ModelArtifact.load(conf, model);
    } catch (UserException e) {
      return anew;
    }
    return anew + ", or --start-from " + model + " and another --output to begin with its model";
  }

  private static void refuseOther(
      RunFile was, RunFile is, ResumeRules rules, Resume resume, String folder) {
    if (!was.inputs().equals(is.inputs())) {
      throw UserException.configuration(
          "output "
              + folder
              + " holds a run on another input: give the same --input, --overwrite to replace the"
              + " run, or another --output");
    }
    List<String> conflicts = rules.conflicts(was.config(), is.config(), resume);
    if (conflicts.isEmpty()) {
      return;
    }
    String keys = String.join("; ", conflicts);
    throw UserException.configuration(
        rules.onlyExtends(was.config(), is.config())
            ? "output "
                + folder
                + " holds an unfinished run with another length ("
                + keys
                + "): give --resume to go on with the new one, --overwrite to replace the run, or"
                + " another --output"
            : "output "
                + folder
                + " holds a run that cannot go on with this configuration ("
                + keys
                + "): give the same values, --overwrite to replace the run, or another --output");
  }

  /** What lies in a folder. */
  public enum Found {
    /** No run that goes on. */
    NOTHING,
    /** A run that was stopped. */
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

  /** What was in the folder. */
  public Found found() {
    return found;
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
    return anew(conf, name);
  }

  /** Begins the run, or goes on with the one that was found. */
  public void begin() throws IOException {
    if (found == Found.NOTHING) {
      ArtifactWriter.begin(fs, folder);
    }
    // Also where it goes on: what may differ is what the rest is trained with.
    HashedFile.replace(
        fs,
        folder,
        RunLayout.FILE,
        out -> out.write(Json.pretty(run).getBytes(StandardCharsets.UTF_8)));
    ArtifactWriter.unmark(fs, folder);
    fs.delete(new Path(folder, Manifest.FILE_NAME), false);
    ArtifactWriter.recover(conf, model());
  }

  /**
   * The run's checkpoints.
   *
   * @param network and vocabulary of its models
   */
  public Checkpoints checkpoints(ModelArtifact.NetworkFile network, Vocabulary vocabulary) {
    return new Checkpoints(
        conf, new Path(folder, RunLayout.CHECKPOINTS), network, vocabulary, run.job());
  }

  /** Where workers keep their state. */
  public static String states(Configuration conf, String folder) throws IOException {
    Path path = new Path(Paths.of(folder), STATES);
    // Executors have working folders of their own.
    return path.getFileSystem(conf).makeQualified(path).toString();
  }

  /** Where the best model is. */
  public String model() {
    return new Path(folder, RunLayout.MODEL).toString();
  }

  /**
   * Writes the metrics since the segment before.
   *
   * @param round after which; names the segment
   * @param lines JSON, without line feeds
   */
  public void writeMetrics(int round, List<String> lines) throws IOException {
    if (lines.isEmpty()) {
      return;
    }
    HashedFile.replace(
        fs,
        new Path(folder, METRICS),
        String.format(java.util.Locale.ROOT, "%08d.jsonl", round),
        out -> {
          for (String line : lines) {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /** Deletes the segments of rounds after {@code round}, which will be trained again. */
  public void forgetMetricsAfter(int round) throws IOException {
    for (Map.Entry<Integer, Path> segment : segments(fs, folder).entrySet()) {
      if (segment.getKey() > round) {
        fs.delete(segment.getValue(), false);
      }
    }
  }

  /** Takes a file of metrics that is damaged; what it throws ends the reading. */
  @FunctionalInterface
  public interface Damage {
    void tell(UserException damage);
  }

  /**
   * All metrics of a run in order, complete or not; each has a {@code type}, {@code round}, {@code
   * validation} or {@code divergence}, and then the components of the record of that name.
   *
   * @param damage is told of each file that is damaged and so left out
   * @throws UserException with exit code 3 if there is no run
   */
  public static List<JsonNode> metrics(Configuration conf, String folder, Damage damage)
      throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    if (!isRun(conf, folder) && !ArtifactReader.isArtifact(conf, folder)) {
      throw UserException.data(
          folder + " holds no training run (it has no " + RunLayout.FILE + ")");
    }
    List<JsonNode> metrics = new ArrayList<>();
    for (Path segment : segments(fs, path).values()) {
      try {
        metrics.addAll(
            SmallFile.lines(
                fs,
                segment,
                new Path(new Path(folder, METRICS), segment.getName()).toString(),
                () -> "its lines are left out of reports, and no model needs them"));
      } catch (UserException e) {
        damage.tell(e);
      }
    }
    return metrics;
  }

  /**
   * As {@link #metrics(Configuration, String, Damage)}, where all must be whole.
   *
   * @throws UserException with exit code 3 also if a file is damaged
   */
  public static List<JsonNode> metrics(Configuration conf, String folder) throws IOException {
    return metrics(
        conf,
        folder,
        damage -> {
          throw damage;
        });
  }

  private static TreeMap<Integer, Path> segments(FileSystem fs, Path folder) throws IOException {
    TreeMap<Integer, Path> segments = new TreeMap<>();
    try {
      for (FileStatus status : fs.listStatus(new Path(folder, METRICS))) {
        Matcher matcher = SEGMENT.matcher(status.getPath().getName());
        if (matcher.matches()) {
          segments.put(Integer.parseInt(matcher.group(1)), status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      // No metrics yet.
    }
    return segments;
  }

  /**
   * Completes the run: writes its manifest, with every file below the folder but the states, which
   * the last checkpoint vouches for, and what was set aside.
   */
  public void complete(Object details) throws IOException {
    List<FileEntry> files = new ArrayList<>();
    Path root = fs.makeQualified(folder);
    var found = fs.listFiles(folder, true);
    while (found.hasNext()) {
      FileStatus status = found.next();
      String path = root.toUri().relativize(status.getPath().toUri()).getPath();
      if (path.startsWith(STATES + "/")
          || Checkpoints.isSetAside(path)
          || ArtifactWriter.isMarker(status.getPath())) {
        continue;
      }
      files.add(new FileEntry(path, status.getLen(), ArtifactReader.sha256(fs, status.getPath())));
    }
    Manifest manifest =
        Manifest.of(ArtifactKind.RUN, run.inputs(), run.config(), run.seed(), details)
            .withFiles(files);
    HashedFile.replace(
        fs,
        folder,
        Manifest.FILE_NAME,
        out -> out.write(Json.pretty(manifest).getBytes(StandardCharsets.UTF_8)));
  }
}
