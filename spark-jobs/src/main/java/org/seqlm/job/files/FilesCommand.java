package org.seqlm.job.files;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Orphans;
import org.seqlm.artifact.Orphans.Orphan;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.files.FilesConfig.OrphanPolicy;
import org.seqlm.neural.files.RunFiles;
import org.seqlm.neural.files.RunView;
import org.seqlm.store.Paths;
import org.seqlm.store.StoreClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm files}. */
@Command(
    name = "files",
    description = {
      "Says where the files of an artifact lie, and what lies beside them that no manifest lists:"
          + " what a writer left that was killed, or that another came before.",
      "Nothing is removed unless --remove-orphans says so, and nothing that was written in the last"
          + " --older-than hours: it may be a writer's that is at work.",
      "",
      "Example: seqlm files --input out/lm"
    })
public final class FilesCommand extends JobCommand<FilesConfig, FilesResult> {
  private static final double HOUR = 3600e3;

  /** Where parts of a run lie in its folder. */
  private static final Pattern PART =
      Pattern.compile(
          String.join(
              "|",
              RunLayout.MODEL,
              RunLayout.METRICS,
              RunLayout.STATES + "(/[^/]+)?",
              RunLayout.CHECKPOINTS + "(/\\d+)?"));

  @Option(names = "--input", paramLabel = "DIR", description = "A folder that seqlm wrote.")
  String input;

  @Option(names = "--remove-orphans", description = "Remove what no manifest lists.")
  boolean removeOrphans;

  @Option(
      names = "--older-than",
      paramLabel = "HOURS",
      description = "Leave alone what was written since (24).")
  Double olderThan;

  public FilesCommand() {
    super(FilesConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input", input)
        .put("orphans", removeOrphans ? "remove" : null)
        .put("older-than", olderThan);
  }

  @Override
  public String plan(FilesConfig config, JobContext context) throws IOException {
    return summary(config, result(config, context, OrphanPolicy.LIST));
  }

  @Override
  public FilesResult run(FilesConfig config, JobContext context) throws IOException {
    return result(config, context, config.orphans());
  }

  private static FilesResult result(FilesConfig config, JobContext context, OrphanPolicy policy)
      throws IOException {
    Configuration conf = context.hadoop();
    Path folder = Paths.of(config.input());
    FileSystem fs = folder.getFileSystem(conf);
    folder = fs.makeQualified(folder);
    if (!fs.exists(folder) || !fs.getFileStatus(folder).isDirectory()) {
      throw UserException.data(
          "input "
              + config.input()
              + (fs.exists(folder)
                  ? " is a file: give a folder that seqlm wrote; of a compiled model seqlm compile"
                      + " --verify compares all of the file with its checksums"
                  : " does not exist: give a folder that seqlm wrote"));
    }
    refusePart(conf, config.input(), folder);
    ArtifactReader artifact =
        ArtifactReader.isArtifact(fs, folder) ? ArtifactReader.open(conf, config.input()) : null;
    RunView run = RunView.find(conf, config.input());
    Map<String, Long> counted = new TreeMap<>();
    if (run != null) {
      counted.putAll(RunFiles.of(conf, run));
    } else if (artifact != null) {
      String data = artifact.manifest().data() == null ? "" : artifact.manifest().data() + "/";
      artifact.manifest().files().forEach(file -> counted.put(data + file.path(), file.bytes()));
    }
    // A run of format version 1 that is not finished has no manifest.
    String file = artifact != null ? artifact.file() : run != null ? RunLayout.FILE : null;
    if (artifact != null) {
      counted.put(file, bytes(fs, new Path(folder, file)));
    }
    List<Orphan> orphans =
        new ArrayList<>(
            Orphans.find(fs, folder, counted.keySet(), run == null ? null : run.state()));
    orphans.sort(Comparator.comparing(Orphan::path));
    // Ages decide what is removed: by the clock that dates the files.
    boolean removes = policy == OrphanPolicy.REMOVE && !orphans.isEmpty();
    long now = removes ? StoreClock.now(Paths.plain(fs), folder) : System.currentTimeMillis();
    List<FilesResult.Orphan> told = new ArrayList<>();
    int removed = 0;
    for (Orphan orphan : orphans) {
      double hours = Math.max(0, now - orphan.modified()) / HOUR;
      told.add(new FilesResult.Orphan(orphan.path(), orphan.files(), orphan.bytes(), hours));
      if (policy == OrphanPolicy.REMOVE && hours >= config.olderThan()) {
        Orphans.remove(fs, folder, orphan);
        removed++;
      }
    }
    return new FilesResult(
        config.input(),
        file == null
            ? null
            : Json.name(run == null ? artifact.manifest().kind() : ArtifactKind.RUN),
        file == null ? null : shown(fs, new Path(folder, file)),
        shown(fs, run != null ? run.modelData() : artifact == null ? null : artifact.data()),
        counted.size(),
        counted.values().stream().mapToLong(Long::longValue).sum(),
        told,
        removed);
  }

  /** A path as programs that know nothing of Hadoop take it, if they can. */
  private static String shown(FileSystem fs, Path path) {
    if (path == null) {
      return null;
    }
    File local = Paths.local(fs, path);
    return local == null ? path.toString() : local.getPath();
  }

  /** 0 of a manifest that a run's writer has replaced meanwhile. */
  private static long bytes(FileSystem fs, Path file) throws IOException {
    try {
      return fs.getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  /** What counts in a run its own manifest says; an artifact that lies among its parts is none. */
  private static void refusePart(Configuration conf, String input, Path folder) throws IOException {
    Path path = Paths.of(input).isAbsolute() ? Paths.of(input) : folder;
    StringBuilder part = new StringBuilder(path.getName());
    Path parent = path.getParent();
    for (int i = 0; i < 2 && parent != null; i++) {
      if (PART.matcher(part).matches() && isRun(conf, parent)) {
        throw UserException.configuration(
            "input " + input + " is a part of the run " + parent + ": give --input " + parent);
      }
      part.insert(0, parent.getName() + "/");
      parent = parent.getParent();
    }
  }

  /** Also of one whose manifest is damaged, but not of what has a stranger's. */
  private static boolean isRun(Configuration conf, Path folder) throws IOException {
    try {
      return RunView.find(conf, folder.toString(), SmallFile.Remedy.NONE) != null;
    } catch (UserException e) {
      return RunLayout.isRun(folder.getFileSystem(conf), folder);
    }
  }

  @Override
  public String summary(FilesConfig config, FilesResult result) {
    StringBuilder text = new StringBuilder();
    if (result.kind() == null) {
      text.append(result.input()).append(" holds no artifact\n");
    } else {
      text.append(String.format(Locale.ROOT, "%-9s %s%n", "kind", result.kind()));
      text.append(String.format(Locale.ROOT, "%-9s %s%n", "manifest", result.manifest()));
      if (result.data() != null) {
        text.append(String.format(Locale.ROOT, "%-9s %s%n", "data", result.data()));
      }
      text.append(
          String.format(
              Locale.ROOT, "%-9s %,d, %,d bytes%n", "files", result.files(), result.bytes()));
    }
    if (result.orphans().isEmpty()) {
      return text.append("orphans   none\n").toString();
    }
    TextTable table = new TextTable("orphan", "files", "bytes", "hours old");
    for (FilesResult.Orphan orphan : result.orphans()) {
      table.row(
          orphan.path(),
          String.format(Locale.ROOT, "%,d", orphan.files()),
          String.format(Locale.ROOT, "%,d", orphan.bytes()),
          String.format(Locale.ROOT, "%.1f", orphan.hours()));
    }
    text.append('\n').append(table).append('\n');
    if (result.removed() > 0) {
      text.append(result.removed()).append(" removed\n");
    }
    int left = result.orphans().size() - result.removed();
    if (left > 0 && config.orphans() == OrphanPolicy.REMOVE) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d left, not %s hours old: --older-than 0 takes them, where no command is at work%n",
              left,
              config.olderThan()));
    } else if (left > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d left: seqlm files --input %s --remove-orphans removes those that are older than"
                  + " %s hours%n",
              left,
              result.input(),
              config.olderThan()));
    }
    return text.toString();
  }
}
