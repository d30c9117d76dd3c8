package org.seqlm.text.pieces;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.seqlm.Kept;
import org.seqlm.UserException;
import org.seqlm.text.LineStage;

/**
 * Makes of a line its pieces with one space between two, for models whose words are pieces. A
 * process opens a file once, never closes it, and all of its threads use it: both libraries allow
 * that.
 */
public final class PieceTokenizer implements LineStage {
  private static final Kept<Pieces> OPENED = new Kept<>(16);

  /** What a native library gives. */
  interface Pieces {
    String[] of(String line);
  }

  private final Pieces pieces;

  private PieceTokenizer(Pieces pieces) {
    this.pieces = pieces;
  }

  /** The bytes of a file. */
  @FunctionalInterface
  public interface Content {
    byte[] bytes() throws IOException;
  }

  /**
   * Opens a tokeniser, or takes the one that this process has opened before.
   *
   * @param sha256 of the file
   * @param name of the file, for people
   * @throws UserException with exit code 3 if the file is none; 5 if its library is not there, or
   *     does not run on this machine
   */
  public static PieceTokenizer open(PieceKind kind, String sha256, String name, Content content)
      throws IOException {
    return new PieceTokenizer(
        OPENED.open(
            kind + " " + sha256,
            () -> {
              // DJL else tells its makers of its use, and asks them for libraries of other
              // machines.
              System.setProperty("OPT_OUT_TRACKING", "true");
              System.setProperty("ai.djl.offline", "true");
              byte[] bytes = content.bytes();
              return kind == PieceKind.SENTENCEPIECE
                  ? SentencePieces.open(bytes, name)
                  : HuggingFacePieces.open(bytes, name);
            }));
  }

  @Override
  public byte[] apply(byte[] utf8, int from, int to) {
    String line = new String(utf8, from, to - from, StandardCharsets.UTF_8);
    return String.join(" ", pieces.of(line)).getBytes(StandardCharsets.UTF_8);
  }

  /** What a file is that a library does not read. */
  static UserException noFile(String name, String what, Throwable complaint) {
    return UserException.data(
        name + " is no " + what + ": " + String.valueOf(complaint.getMessage()).strip(), complaint);
  }

  /** What a library is that this machine does not load. */
  static UserException noLibrary(String library, Throwable complaint) {
    return UserException.platform(
        "the native library of "
            + library
            + " does not load on this machine ("
            + complaint.getMessage()
            + "): DJL_CACHE_DIR names the folder that it is unpacked to, ~/.djl.ai by default;"
            + " where there is none for this machine, cut the text on another",
        complaint);
  }
}
