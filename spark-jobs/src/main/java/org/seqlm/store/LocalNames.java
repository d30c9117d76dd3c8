package org.seqlm.store;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import org.seqlm.UserException;

/**
 * Names of this machine's files in the locale's characters, which Java writes and reads them by: it
 * puts a question mark for what it cannot, and so means another file, or none.
 */
public final class LocalNames {
  private static final String REMEDY =
      ": set LC_ALL=C.UTF-8, or another locale of UTF-8, before the command";

  private LocalNames() {}

  /** The characters of names of files and of words of the command line. */
  public static Charset charset() {
    // A property of the JDK's own, and the one place that says so before Java 18.
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * What the locale's characters are, and what to do about it.
   *
   * @param consequence what follows from them
   */
  public static UserException refusal(Charset charset, String consequence) {
    return UserException.configuration(
        "the locale's characters are " + charset.name() + ", not UTF-8, " + consequence + REMEDY);
  }

  /**
   * Refuses the name of a file that these characters cannot write.
   *
   * @throws UserException with exit code 2 if so
   */
  static void requireWritable(String name, Charset charset) {
    if (name.chars().anyMatch(c -> c > 127) && !charset.newEncoder().canEncode(name)) {
      throw refusal(charset, "and no file can be named " + name);
    }
  }

  /**
   * Refuses a folder that holds a file whose name cannot be read: it would be left out in silence.
   *
   * @throws UserException with exit code 2 if another locale may read it, else 3
   */
  public static void requireReadable(File folder, Charset charset) {
    String[] names = folder.list();
    if (names == null) {
      return; // no folder, which others say
    }
    for (String name : names) {
      boolean utf8 = charset.equals(StandardCharsets.UTF_8);
      boolean doubtful = name.indexOf('\ufffd') >= 0 || (!utf8 && name.indexOf('?') >= 0);
      if (doubtful && !isThere(folder, name)) {
        String shown = folder + "/" + name.replace('\ufffd', '?');
        throw utf8
            ? UserException.data("the name of the file " + shown + " is no UTF-8: rename it")
            : refusal(charset, "and the name of the file " + shown + " cannot be read");
      }
    }
  }

  /** Whether a folder holds a name as it was read; a link that leads nowhere is there, too. */
  private static boolean isThere(File folder, String name) {
    try {
      return Files.exists(new File(folder, name).toPath(), LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException e) {
      return false; // nor can it be written
    }
  }
}
