package org.seqlm.job.generate;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.corpus.file.SideText;

/** Reads a prompt from a file: all of it but one last line end. */
final class PromptFile {
  /** A prompt is read by the model token by token; more is a mistake. */
  private static final int MOST = 16 << 20;

  private PromptFile() {}

  /**
   * The text of a file.
   *
   * @throws UserException with exit code 3 if there is none, it is too long, or it is not UTF-8
   */
  static String read(Configuration hadoop, String file) throws IOException {
    String text =
        SideText.read(
            hadoop,
            "--prompt-file",
            file,
            in -> {
              StringBuilder all = new StringBuilder();
              char[] some = new char[1 << 13];
              for (int n = in.read(some); n >= 0; n = in.read(some)) {
                all.append(some, 0, n);
                if (all.length() > MOST) {
                  throw UserException.data(
                      "--prompt-file "
                          + file
                          + " is longer than a prompt may be, "
                          + MOST
                          + " characters: give its end");
                }
              }
              return all.toString();
            });
    // Editors end a file's last line; who wants a line end in the prompt gives two.
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
