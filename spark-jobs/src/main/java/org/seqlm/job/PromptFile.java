package org.seqlm.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.SmallFile;

/** Reads a prompt from a file: UTF-8, all of it but a byte order mark and one last line end. */
final class PromptFile {
  /** A prompt is read by the model token by token; more is a mistake. */
  private static final long MAX_BYTES = 16 << 20;

  private PromptFile() {}

  /**
   * The text of a file.
   *
   * @throws UserException with exit code 3 if there is none, it is too long, or it is not UTF-8
   */
  static String read(Configuration hadoop, String file) throws IOException {
    Path path = new Path(file);
    FileSystem fs = path.getFileSystem(hadoop);
    String name = "prompt-file " + file;
    FileStatus status;
    try {
      status = fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw UserException.data(name + " does not exist", e);
    }
    if (status.isDirectory()) {
      throw UserException.data(name + " is a folder: give a file of text");
    }
    if (status.getLen() > MAX_BYTES) {
      throw UserException.data(
          name
              + " has "
              + status.getLen()
              + " bytes, but a prompt has "
              + MAX_BYTES
              + " at most: give its end");
    }
    byte[] bytes = SmallFile.bytes(fs, path, name, SmallFile.Remedy.NONE);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw UserException.data(
          name + " is not UTF-8 at byte " + in.position() + ": convert it to UTF-8");
    }
    String text = out.flip().toString();
    text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    // Editors end a file's last line; who wants a line end in the prompt gives two.
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
