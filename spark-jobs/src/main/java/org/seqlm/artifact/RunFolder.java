package org.seqlm.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.neural.ParameterLayout;

/**
 * The folder of a training run, which grows while it trains: {@code run.json} first, {@code
 * checkpoints/N/}, {@code state/}, {@code metrics/N.jsonl}, {@code model/}, and the manifest last.
 */
public final class RunFolder {
  /** The best model, below the run. */
  public static final String MODEL = "model";

  private static final String RUN_FILE = "run.json";
  private static final String METRICS = "metrics";
  private static final String STATES = "state";
  private static final Pattern SEGMENT = Pattern.compile("(\\d+)\\.jsonl");

  private final Configuration conf;
  private final FileSystem fs;
  private final Path folder;
  private final RunFile run;
  private final boolean begun;

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

    /** A run of this release. */
    public static RunFile of(String job, Map<String, String> inputs, Object config, long seed) {
      return new RunFile(
          Manifest.FORMAT_VERSION,
          Version.current(),
          job,
          new TreeMap<>(inputs),
          Json.tree(config),
          seed);
    }
  }

  private RunFolder(Configuration conf, FileSystem fs, Path folder, RunFile run, boolean begun) {
    this.conf = conf;
    this.fs = fs;
    this.folder = folder;
    this.run = run;
    this.begun = begun;
  }

  /** Whether the folder holds a run, complete or not. */
  public static boolean isRun(Configuration conf, String folder) throws IOException {
    Path path = new Path(Paths.of(folder), RUN_FILE);
    return path.getFileSystem(conf).exists(path);
  }

  /**
   * Says what lies in a folder, without touching it.
   *
   * @param resume whether the caller insists on going on
   * @return what the run would go on from; {@link Found#COMPLETE} only where the caller insists
   * @throws UserException with exit code 2 if the folder may not be written
   */
  public static Found check(
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
    boolean found = fs.exists(new Path(path, RUN_FILE));
    boolean complete = fs.exists(new Path(path, Manifest.FILE_NAME));
    if (resume == Resume.REQUIRED && !found) {
      throw UserException.configuration(
          "--resume: " + folder + " holds no run: leave the flag out to begin one");
    }
    if (!found || (complete && resume != Resume.REQUIRED)) {
      ArtifactWriter.checkTarget(conf, folder, overwrite);
      return Found.NOTHING;
    }
    if (overwrite == Overwrite.REPLACE) {
      return Found.NOTHING;
    }
    refuseOther(read(fs, path), run, rules, resume, folder);
    return complete ? Found.COMPLETE : Found.UNFINISHED;
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

  /** Opens the folder for a run: begins it, or goes on, as {@link #check} says. */
  public static RunFolder open(
      Configuration conf,
      String folder,
      RunFile run,
      ResumeRules rules,
      Overwrite overwrite,
      Resume resume)
      throws IOException {
    Found found = check(conf, folder, run, rules, overwrite, resume);
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    if (found == Found.NOTHING) {
      ArtifactWriter.begin(fs, path);
    }
    // Also where it goes on: what may differ is what the rest is trained with.
    HashedFile.replace(
        fs, path, RUN_FILE, out -> out.write(Json.pretty(run).getBytes(StandardCharsets.UTF_8)));
    ArtifactWriter.unmark(fs, path);
    fs.delete(new Path(path, Manifest.FILE_NAME), false);
    ArtifactWriter.recover(conf, new Path(path, MODEL).toString());
    return new RunFolder(conf, fs, path, run, found != Found.NOTHING);
  }

  private static RunFile read(FileSystem fs, Path folder) throws IOException {
    try (InputStream in = fs.open(new Path(folder, RUN_FILE))) {
      return Json.mapper().readValue(in, RunFile.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw UserException.data(folder + "/" + RUN_FILE + " is damaged", e);
    }
  }

  /** Whether an earlier process began it. */
  public boolean begun() {
    return begun;
  }

  /** The run's checkpoints. */
  public Checkpoints checkpoints(ParameterLayout layout) {
    return new Checkpoints(conf, new Path(folder, Checkpoints.FOLDER), layout, run.job());
  }

  /** Where workers keep their state. */
  public String states() {
    return new Path(fs.makeQualified(folder), STATES).toString();
  }

  /** Where the best model is. */
  public String model() {
    return new Path(folder, MODEL).toString();
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

  /**
   * All metrics of a run in order, complete or not; each has a {@code type}, {@code round} or
   * {@code validation}, and then the components of the record of that name.
   *
   * @throws UserException with exit code 3 if there is no run
   */
  public static List<JsonNode> metrics(Configuration conf, String folder) throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    if (!isRun(conf, folder)) {
      throw UserException.data(folder + " holds no training run (it has no " + RUN_FILE + ")");
    }
    List<JsonNode> metrics = new ArrayList<>();
    for (Path segment : segments(fs, path).values()) {
      try (InputStream in = fs.open(segment)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
          if (!line.isEmpty()) {
            metrics.add(Json.mapper().readTree(line));
          }
        }
      }
    }
    return metrics;
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
