package org.seqlm.job.example;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.example.task.TaskSplit;
import org.seqlm.store.Paths;

/**
 * The folder of an example. Its last file, {@link #GRAMMAR} of the grammar and {@link #TASK} beside
 * {@link #EXAMPLES} of other kinds, makes it complete; one that began and has no last file may be
 * replaced.
 */
final class ExampleFolder {
  static final String CORPUS = "corpus.txt";
  static final String PAIRS = "pairs.jsonl";
  static final String ARCS = "grammar.tsv";
  static final String GRAMMAR = "grammar.json";
  static final String EXAMPLES = "examples";
  static final String FLOOR = "floor.json";
  static final String TASK = "task.json";

  private static final List<String> NAMES =
      List.of(CORPUS, PAIRS, ARCS, GRAMMAR, EXAMPLES, FLOOR, TASK);

  private final FileSystem fs;
  private final Path folder;

  ExampleFolder(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /** The name of a split's file in {@link #EXAMPLES}. */
  static String file(TaskSplit split) {
    return split.label() + ".jsonl";
  }

  /** Refuses to touch anything but an example of ours that may be replaced. */
  void check(Overwrite overwrite) throws IOException {
    if (!fs.exists(folder)) {
      return;
    }
    boolean directory = fs.getFileStatus(folder).isDirectory();
    if (directory && fs.listStatus(folder).length == 0) {
      return;
    }
    boolean complete = directory && (has(GRAMMAR) || (has(TASK) && has(EXAMPLES)));
    // The floor is written first: a folder that has examples alone may be anybody's.
    boolean incomplete = directory && !complete && (has(CORPUS) || has(FLOOR));
    if (complete && overwrite == Overwrite.REFUSE) {
      throw UserException.configuration(
          "output " + folder + " exists: give --overwrite to replace it, or another --output");
    }
    if ((!complete && !incomplete) || foreign()) {
      throw UserException.configuration(
          "output "
              + folder
              + " exists and holds what is no example of ours: give another --output, or remove it"
              + " yourself");
    }
  }

  private boolean has(String name) throws IOException {
    return fs.exists(new Path(folder, name));
  }

  private boolean foreign() throws IOException {
    List<String> splits =
        List.of(file(TaskSplit.TRAIN), file(TaskSplit.VALID), file(TaskSplit.TEST));
    return holdsOthers(folder, NAMES)
        || (has(EXAMPLES) && holdsOthers(new Path(folder, EXAMPLES), splits));
  }

  private boolean holdsOthers(Path path, List<String> names) throws IOException {
    for (FileStatus status : fs.listStatus(path)) {
      String name = status.getPath().getName();
      if (!names.contains(name) && !name.startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** Begins with an empty folder. */
  void begin() throws IOException {
    fs.delete(folder, true);
    fs.mkdirs(folder);
  }

  /** Leaves nothing. */
  void discard() throws IOException {
    fs.delete(folder, true);
  }

  /** A file of text. */
  Writer writer(String name) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(
            Paths.plain(fs).create(new Path(folder, name), true), StandardCharsets.UTF_8),
        1 << 16);
  }

  /** A file of pretty JSON. */
  void json(String name, Object value) throws IOException {
    try (Writer out = writer(name)) {
      out.append(Json.pretty(value));
    }
  }
}
