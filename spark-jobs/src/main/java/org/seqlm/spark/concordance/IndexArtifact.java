package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.IndexDetails;
import org.seqlm.text.TextRules;

/**
 * One index on a file system, or several as if they were one of all their texts, as the driver
 * opens them; tasks open their files by {@link Handle}.
 */
public final class IndexArtifact {
  /** The input that an index's manifest names. */
  public static final String TEXT = "text";

  private final List<ArtifactReader> artifacts;
  private final List<Folder> folders;
  private final IndexDetails details;

  private IndexArtifact(
      List<ArtifactReader> artifacts, List<Folder> folders, IndexDetails details) {
    this.artifacts = artifacts;
    this.folders = folders;
    this.details = details;
  }

  /**
   * Opens an index and looks whether all of its files are there.
   *
   * @throws UserException with exit code 3 if it is none, or not whole
   */
  public static IndexArtifact open(Configuration conf, String folder) throws IOException {
    return open(conf, List.of(folder));
  }

  /**
   * Opens several, of which each is of the text behind that of the one before.
   *
   * @throws UserException with exit code 3 if one is none or not whole, with 2 if they were cut by
   *     different tokenizers, or two are of the same text
   */
  public static IndexArtifact open(Configuration conf, List<String> folders) throws IOException {
    List<ArtifactReader> artifacts = new ArrayList<>();
    List<Folder> opened = new ArrayList<>();
    List<IndexDetails> all = new ArrayList<>();
    Map<String, String> byText = new HashMap<>();
    for (String folder : folders) {
      ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.INDEX);
      IndexDetails details = artifact.details(IndexDetails.class);
      artifact.check("index/");
      if (!all.isEmpty() && !all.get(0).rules().equals(details.rules())) {
        throw UserException.configuration(
            "the index "
                + folder
                + " was cut by another tokenizer than "
                + folders.get(0)
                + ": ask indices together that were made with the same tokenizer");
      }
      String same = byText.put(artifact.manifest().inputs().get(TEXT), folder);
      if (same != null) {
        throw UserException.configuration(
            "the indices "
                + same
                + " and "
                + folder
                + " are of the same text, which would count twice: leave one out");
      }
      all.add(details);
      artifacts.add(artifact);
      opened.add(new Folder(artifact.name(), artifact.data().toString(), details.parts().size()));
    }
    return new IndexArtifact(artifacts, List.copyOf(opened), IndexDetails.together(all));
  }

  /** Of all of them. */
  public IndexDetails details() {
    return details;
  }

  /** The fingerprints of their texts, in their order. */
  public List<String> texts() {
    return artifacts.stream().map(artifact -> artifact.manifest().inputs().get(TEXT)).toList();
  }

  /** The fingerprints of their manifests, by {@code index}, {@code index-2} and so on. */
  public Map<String, String> inputs() {
    Map<String, String> inputs = new TreeMap<>();
    for (int i = 0; i < artifacts.size(); i++) {
      inputs.put(
          "index" + (i == 0 ? "" : "-" + (i + 1)), artifacts.get(i).manifest().fingerprint());
    }
    return inputs;
  }

  /** What tasks open its files by. */
  public Handle handle() {
    return new Handle(folders, details.rules(), details.parts());
  }

  /**
   * Where an index is.
   *
   * @param name as its user named it
   * @param data folder of its files, qualified
   * @param parts how many it has
   */
  record Folder(String name, String data, int parts) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Where one or more indices are and what they have.
   *
   * @param folders in the order of the text
   * @param parts of all, in this order
   */
  public record Handle(List<Folder> folders, TextRules rules, List<Index.Part> parts)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Opens it, in any process. */
    public Index open(Configuration conf) {
      return new Index(parts, part -> open(conf, part));
    }

    private HadoopIndexBytes open(Configuration conf, int part) throws IOException {
      int at = 0;
      int own = part;
      while (own >= folders.get(at).parts()) {
        own -= folders.get(at++).parts();
      }
      Path data = new Path(folders.get(at).data());
      String file = IndexDetails.file(own);
      return new HadoopIndexBytes(
          data.getFileSystem(conf), new Path(data, file), folders.get(at).name() + "/" + file);
    }
  }

  /** What to tell of damage. */
  static UserException damaged(DamagedIndexException e) {
    return UserException.data(e.getMessage() + ": build the index again with --overwrite");
  }
}
