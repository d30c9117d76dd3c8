package org.seqlm.corpus.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.seqlm.Problems;

/**
 * What is kept of a document beside its text: values of fields that its record has in a file of
 * JSON lines or Parquet.
 *
 * @param labels names of fields, at most {@link #MOST}; that of {@link #SOURCE} may be a folder's
 * @param cluster name of the field whose value those documents have in common that go to one split;
 *     null for none
 */
public record DocumentFields(List<String> labels, String cluster) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing is kept. */
  public static final DocumentFields NONE = new DocumentFields(List.of(), null);

  /** A document without such a field has the name of its file's folder. */
  public static final String SOURCE = "source";

  /** Labels that a document may have. */
  public static final int MOST = 8;

  /**
   * Checks the names.
   *
   * @throws org.seqlm.UserException with exit code 2 if one is no name of a field
   */
  public DocumentFields {
    labels = List.copyOf(labels);
    Problems problems =
        new Problems()
            .require(
                labels.size() <= MOST && new HashSet<>(labels).size() == labels.size(),
                "labels must be at most " + MOST + " different fields, but are " + labels);
    for (String name : labels) {
      check(problems, "labels", name);
    }
    if (cluster != null) {
      check(problems, "splits.cluster-field", cluster);
    }
    problems.throwIfAny();
  }

  /** Tells where a name is none of a field. */
  public static void check(Problems problems, String key, String name) {
    problems.require(
        !name.isBlank() && name.indexOf('.') < 0,
        key
            + " must name a field of the record itself, not one within another, but names \""
            + name
            + "\": write the value to a field of its own");
  }

  public boolean isNone() {
    return labels.isEmpty() && cluster == null;
  }

  /** What is wanted of a record: the labels, then the cluster. */
  public List<String> names() {
    if (cluster == null) {
      return labels;
    }
    List<String> names = new ArrayList<>(labels);
    names.add(cluster);
    return List.copyOf(names);
  }

  /**
   * The folders that say something of a file's documents, each with a slash at its end: its {@link
   * #source}, and partitions {@code NAME=VALUE}, in their order. Below such folders another file is
   * of the same source, and has the same values.
   */
  public static String folders(CorpusFile file) {
    StringBuilder folders = new StringBuilder();
    String source = source(file);
    if (source != null && source.indexOf('=') < 0 && isSeen(source)) {
      folders.append(source).append('/');
    }
    String[] names = file.path().split("/");
    for (String name : Arrays.asList(names).subList(0, names.length - 1)) {
      if (name.indexOf('=') > 0 && isSeen(name)) {
        folders.append(name).append('/');
      }
    }
    return folders.toString();
  }

  /** Whether what lies in a folder of that name is read: what is hidden is not. */
  private static boolean isSeen(String folder) {
    return !folder.startsWith("_") && !folder.startsWith(".");
  }

  /**
   * The folder that is a file's source: the first one below the input; where the file lies in the
   * input itself, which is a partition {@code KEY=VALUE}, the folder above that.
   *
   * @return null where there is none
   */
  public static String source(CorpusFile file) {
    String relative = file.relative();
    if (relative.indexOf('/') > 0) {
      return relative.substring(0, relative.indexOf('/'));
    }
    String[] folders = file.path().split("/");
    int input = folders.length - 2;
    return input > 1 && folders[input].indexOf('=') > 0 && !folders[input - 1].isEmpty()
        ? folders[input - 1]
        : null;
  }
}
