package org.seqlm.corpus.file;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.Paths;

/**
 * A text that stands beside a job's input, such as a list of words: UTF-8, packed or not, with a
 * byte order mark or without.
 */
public final class SideText {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private SideText() {}

  /** What is made of a text. */
  @FunctionalInterface
  public interface Reading<T> {
    T read(BufferedReader in) throws IOException;
  }

  /**
   * Reads a text.
   *
   * @param flag that names the file, for messages
   * @throws UserException with exit code 3 if it is missing, damaged, or no UTF-8
   */
  public static <T> T read(Configuration conf, String flag, String file, Reading<T> reading)
      throws IOException {
    Path path = Paths.of(file);
    FileSystem fs = Paths.plain(path, conf);
    String name = flag + " " + file;
    try {
      if (fs.getFileStatus(path).isDirectory()) {
        throw UserException.data(name + " is a folder: give a file of text");
      }
    } catch (FileNotFoundException e) {
      throw UserException.data(name + " does not exist", e);
    }
    try (InputStream stored = fs.open(path);
        InputStream text = Compression.unpacked(conf, stored, name);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()))) {
      in.mark(1);
      if (in.read() != BYTE_ORDER_MARK) {
        in.reset();
      }
      return reading.read(in);
    } catch (FileNotFoundException e) {
      throw UserException.data(name + " is no file that can be read: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw noText(name, e);
    } catch (UncheckedIOException e) { // of a stream of lines
      if (e.getCause() instanceof CharacterCodingException cause) {
        throw noText(name, cause);
      }
      throw e.getCause();
    }
  }

  private static UserException noText(String name, CharacterCodingException cause) {
    return UserException.data(name + " is no text in UTF-8: save it in that encoding", cause);
  }
}
