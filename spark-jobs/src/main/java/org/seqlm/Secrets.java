package org.seqlm;

import java.util.regex.Pattern;

/**
 * Passwords and keys in text that people read or that is kept: none is shown, and a path that holds
 * one is refused, for a path is written into manifests, reports and records. Hadoop's S3A refuses
 * such paths for the same reason. A setting is secret by Spark's own rule, {@code
 * spark.redaction.regex}, as it is by default.
 */
public final class Secrets {
  /** What stands in the place of a secret, as in Spark's own pages. */
  public static final String HIDDEN = "*********(redacted)";

  private static final String NAME = "(?:secret|password|token|access[.]?key|credential)";

  /**
   * {@code scheme://user:password@}. A password may have slashes; a port, which has none before the
   * path, is no password. Without a colon the user is a container of Azure's, for instance.
   */
  private static final Pattern USER =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*://[^/\\s@:?#]*:)(?!\\d{1,5}(?:[/\\s\"',;]|$))[^\\s@]+@");

  /** {@code ?sig=...&token=...} of a URL. */
  private static final Pattern QUERY =
      Pattern.compile(
          "([?&](?:[\\w.-]*(?:secret|password|token|access[._-]?key|signature|credential)[\\w.-]*"
              + "|sig)=)[^&\\s#\"']+",
          Pattern.CASE_INSENSITIVE);

  /** {@code fs.s3a.secret.key=...} and the like, in what Hadoop and Spark say of their settings. */
  private static final Pattern SETTING =
      Pattern.compile(
          "(\\b(?:fs|dfs|spark|hadoop|hive|ssl|javax|java)\\.[\\w.-]*"
              + NAME
              + "[\\w.-]*\\s*[=:]\\s*)[^\\s,;\"']+",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /** The same text without what is secret in it. */
  public static String redacted(String text) {
    if (text == null || (text.indexOf(':') < 0 && text.indexOf('=') < 0)) {
      return text;
    }
    String hidden = USER.matcher(text).replaceAll("$1" + HIDDEN + "@");
    hidden = QUERY.matcher(hidden).replaceAll("$1" + HIDDEN);
    return SETTING.matcher(hidden).replaceAll("$1" + HIDDEN);
  }

  /**
   * Refuses a path with a password or a key in it.
   *
   * @throws UserException with exit code 2
   */
  public static void refuseIn(String path) {
    if (USER.matcher(path).find() || QUERY.matcher(path).find()) {
      throw UserException.configuration(
          path
              + " holds a password or a key, which would stand in manifests, reports and logs: give"
              + " it to Hadoop instead, in a credential provider"
              + " (hadoop.security.credential.provider.path) or a setting of the file system, for"
              + " instance fs.s3a.secret.key or fs.sftp.password.HOST.USER, and the path without");
    }
  }
}
