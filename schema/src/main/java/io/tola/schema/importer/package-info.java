/**
 * Brings the JSON files of a predecessor system, and a broker's JSON, into the tables: {@code java -jar tola-schema-cli.jar import}.
 *
 * <p>A file is read record by record ({@link io.tola.schema.importer.RecordReader}), each record is checked and copied into a temporary
 * table ({@link io.tola.schema.importer.Staging}); when all files are read, each goes into its tables in one transaction ({@link
 * io.tola.schema.importer.Target}). A record that breaks a rule is a value ({@link io.tola.schema.importer.Rejections}), never an exception.
 *
 * <p>Only what already happened comes in this way: nothing here may make an order work, block cash or move a price.
 */
package io.tola.schema.importer;
