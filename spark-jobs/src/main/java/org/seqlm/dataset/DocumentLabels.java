package org.seqlm.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/**
 * What a dataset keeps of a document of its test split beside the tokens. Stored as JSON lines, a
 * line a document in the order of the split, a file for each range that has some: an array of the
 * labels in the order of {@link DatasetDetails#labels}, null for one that the document has not, and
 * last its cluster.
 *
 * @param values by label, null for none; equal ones are one list
 * @param cluster of documents that go to one split; null where it stands alone
 */
public record DocumentLabels(List<String> values, String cluster) {
  private static final String FOLDER = "labels/";

  /**
   * Those of all documents of the test split.
   *
   * @return in the order of the split; null where the dataset keeps none
   * @throws UserException with exit code 3 if they are damaged
   */
  public static List<DocumentLabels> of(Dataset dataset) throws IOException {
    List<String> names = dataset.details().labels();
    if (names == null) {
      return null;
    }
    List<DocumentLabels> all = new ArrayList<>();
    Map<List<String>, List<String>> known = new HashMap<>();
    for (FileEntry file : dataset.artifact().manifest().files()) {
      if (file.path().startsWith(FOLDER)) {
        try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    dataset.artifact().openVerified(file.path()), StandardCharsets.UTF_8))) {
          for (String line = in.readLine(); line != null; line = in.readLine()) {
            all.add(parsed(line, names.size(), known));
          }
        }
      }
    }
    if (all.size() != dataset.details().splits().get(Split.TEST).documents()) {
      throw UserException.data(
          dataset.artifact().name()
              + " is damaged: it has labels of "
              + all.size()
              + " documents, and "
              + dataset.details().splits().get(Split.TEST).documents()
              + " documents in its test split; make the dataset again");
    }
    return all;
  }

  private static DocumentLabels parsed(
      String line, int labels, Map<List<String>, List<String>> known) throws IOException {
    JsonNode row = Json.mapper().readTree(line);
    List<String> values = new ArrayList<>(labels);
    for (int i = 0; i < labels; i++) {
      values.add(row.path(i).textValue());
    }
    List<String> shared = known.putIfAbsent(values, Collections.unmodifiableList(values));
    return new DocumentLabels(
        shared == null ? known.get(values) : shared, row.path(labels).textValue());
  }

  /** Writes those of one range, a document at a time. */
  public static final class Writer implements Closeable {
    private final FileSystem fs;
    private final Path folder;
    private final int range;
    private final long attempt;
    private HashedFile.Open open;

    /**
     * Writes nothing yet.
     *
     * @param folder of the dataset
     * @param range its place in the order of the stream
     * @param attempt distinguishes attempts of the same task, which write the same bytes
     */
    public Writer(FileSystem fs, Path folder, int range, long attempt) {
      this.fs = fs;
      this.folder = folder;
      this.range = range;
      this.attempt = attempt;
    }

    /**
     * The next document's.
     *
     * @param values by label; null for none
     * @param cluster hash of its cluster's name; negative where it stands alone
     */
    public void add(String[] values, long cluster) throws IOException {
      if (open == null) {
        String name = String.format(Locale.ROOT, "%s%08d.jsonl", FOLDER, range);
        open = HashedFile.open(fs, folder, name, attempt);
      }
      ArrayNode row = Json.mapper().createArrayNode();
      for (String value : values) {
        row.add(value);
      }
      row.add(cluster < 0 ? null : String.format(Locale.ROOT, "%016x", cluster));
      open.write((Json.mapper().writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the file; null where nothing was added. */
    public FileEntry finish() throws IOException {
      FileEntry file = open == null ? null : open.keep();
      open = null;
      return file;
    }

    @Override
    public void close() throws IOException {
      if (open != null) {
        open.close();
        open = null;
      }
    }
  }
}
