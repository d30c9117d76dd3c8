package org.seqlm.spark.scoring.lines;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;
import org.seqlm.text.LineStage;
import org.seqlm.text.pieces.PieceKind;
import org.seqlm.text.pieces.PieceTokenizer;

/**
 * A tokeniser of pieces on its way to tasks: the driver reads its file, whose bytes are broadcast,
 * so that no executor needs to see the path.
 */
public final class PieceModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final PieceKind kind;
  private final String file;
  private final String sha256;
  private final Broadcast<byte[]> bytes;

  private PieceModel(PieceKind kind, String file, String sha256, Broadcast<byte[]> bytes) {
    this.kind = kind;
    this.file = file;
    this.sha256 = sha256;
    this.bytes = bytes;
  }

  /**
   * How a user names one.
   *
   * @param file on any Hadoop path
   */
  public record Name(PieceKind kind, String file) {
    /**
     * Reads {@code sentencepiece:FILE.model} or {@code huggingface:FILE.json}.
     *
     * @throws UserException with exit code 2 if it is neither
     */
    public static Name of(String given) {
      for (PieceKind kind : PieceKind.values()) {
        String prefix = kind.name().toLowerCase(Locale.ROOT) + ":";
        if (given.startsWith(prefix) && given.length() > prefix.length()) {
          return new Name(kind, given.substring(prefix.length()));
        }
      }
      throw UserException.configuration(
          "tokenizer must be sentencepiece:FILE.model or huggingface:FILE.json, but is " + given);
    }
  }

  /**
   * Reads a file, and opens it once to know that it is one.
   *
   * @throws UserException with exit code 3 if it is none, 5 if its library is not there
   */
  public static PieceModel open(JavaSparkContext spark, Name name) throws IOException {
    Configuration conf = spark.hadoopConfiguration();
    Path path = Paths.of(name.file());
    byte[] content;
    try (InputStream in = Paths.plain(path, conf).open(path)) {
      content = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw UserException.data(
          name.file() + " does not exist: give --tokenizer the file of a tokeniser", e);
    }
    String sha256 = Sha256.of(content);
    PieceTokenizer.open(name.kind(), sha256, name.file(), () -> content);
    return new PieceModel(name.kind(), name.file(), sha256, spark.broadcast(content));
  }

  /** Of the file. */
  public String sha256() {
    return sha256;
  }

  /** Cuts lines, in a task. */
  public LineStage stage() throws IOException {
    return PieceTokenizer.open(kind, sha256, file, bytes::value);
  }
}
