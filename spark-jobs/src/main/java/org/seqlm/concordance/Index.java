package org.seqlm.concordance;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * All files of an index, in the order of the text, opened as they are needed; a few are open at a
 * time. Words are numbered from 0 and documents from 1 over all of it. Not thread-safe.
 */
public final class Index implements Closeable {
  private static final int MOST_OPEN = 4;

  /**
   * A file.
   *
   * @param words in it
   * @param documents that begin in it
   */
  public record Part(long words, long documents) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    /** Manifests are read from anywhere. */
    public Part {
      if (words < 0 || documents < 0) {
        throw new IllegalArgumentException(words + " words and " + documents + " documents");
      }
    }
  }

  /** Opens the bytes of a file by its number. */
  @FunctionalInterface
  public interface Opener {
    IndexBytes open(int part) throws IOException;
  }

  private final List<Part> parts;
  private final Opener opener;
  private final long[] wordsBefore; // one longer than the parts
  private final long[] documentsBefore;
  private final java.util.LinkedHashMap<Integer, IndexFile> open =
      new java.util.LinkedHashMap<>(16, 0.75f, true);

  public Index(List<Part> parts, Opener opener) {
    this.parts = List.copyOf(parts);
    this.opener = opener;
    wordsBefore = new long[parts.size() + 1];
    documentsBefore = new long[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      wordsBefore[i + 1] = wordsBefore[i] + parts.get(i).words();
      documentsBefore[i + 1] = documentsBefore[i] + parts.get(i).documents();
    }
  }

  public int parts() {
    return parts.size();
  }

  /** All words. */
  public long words() {
    return wordsBefore[parts.size()];
  }

  /** All documents, those without a word among them. */
  public long documents() {
    return documentsBefore[parts.size()];
  }

  /** The words before a file. */
  long wordsBefore(int part) {
    return wordsBefore[part];
  }

  /** The documents that begin before a file; its own document 0 is the last of them. */
  long documentsBefore(int part) {
    return documentsBefore[part];
  }

  /** The file that a word is in. */
  int partOf(long word) {
    int found = java.util.Arrays.binarySearch(wordsBefore, 0, parts.size(), word);
    if (found < 0) {
      return -found - 2;
    }
    while (parts.get(found).words() == 0) {
      found++;
    }
    return found;
  }

  /** Which of the text's files a word is of, among those of its file of the index. */
  public int fileOf(int part, long word) throws IOException {
    return file(part).fileOf(word - wordsBefore[part]);
  }

  /** The path of a file of the text, by its number there. */
  public String path(int part, int file) throws IOException {
    return file(part).path(file);
  }

  IndexFile file(int part) throws IOException {
    IndexFile file = open.get(part);
    if (file == null) {
      file = open(part);
      open.put(part, file);
      if (open.size() > MOST_OPEN) {
        var eldest = open.entrySet().iterator();
        eldest.next().getValue().close();
        eldest.remove();
      }
    }
    return file;
  }

  private IndexFile open(int part) throws IOException {
    IndexBytes bytes = opener.open(part);
    try {
      IndexFile file = IndexFile.open(bytes);
      if (file.words() != parts.get(part).words()
          || file.documents() != parts.get(part).documents()) {
        throw new DamagedIndexException(
            bytes.name(), "it has not the words and documents that the index says");
      }
      return file;
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    for (IndexFile file : open.values()) {
      file.close();
    }
    open.clear();
  }
}
