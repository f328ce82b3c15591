//! Which column files a kind of segment has: one list gives the writer, the reader and the names.

macro_rules! column_files {
    ($($field:ident: $cell:ty = $file:literal, $meaning:literal;)*) => {
        /// The columns of a segment while it is built.
        #[derive(Debug, Default)]
        pub(crate) struct Columns {
            $(#[doc = $meaning] pub(crate) $field: Vec<$cell>,)*
        }

        /// The columns of a segment, mapped.
        #[derive(Debug)]
        pub(crate) struct Mapped {
            $(#[doc = $meaning] pub(crate) $field: $crate::column::Column<$cell>,)*
        }

        impl Columns {
            /// Writes every column into a folder and syncs each.
            pub(crate) fn write(
                &self,
                folder: &std::path::Path,
            ) -> Result<std::collections::BTreeMap<String, $crate::column::Written>, $crate::LedgerError> {
                let mut files = std::collections::BTreeMap::new();
                $(files.insert($file.to_owned(), $crate::column::write(&folder.join($file), &self.$field)?);)*
                Ok(files)
            }
        }

        impl Mapped {
            /// Maps every column of a folder and checks each header.
            pub(crate) fn open(folder: &std::path::Path) -> Result<Mapped, $crate::LedgerError> {
                Ok(Mapped { $($field: $crate::column::Column::open(folder.join($file))?,)* })
            }

            /// Compares every column with its checksum.
            pub(crate) fn check(&self) -> Result<(), $crate::LedgerError> {
                $(self.$field.check()?;)*
                Ok(())
            }
        }

        /// Every file of a segment, for the tests and the format page.
        #[cfg(test)]
        pub(crate) const FILES: &[(&str, &str)] = &[$(($file, $meaning),)*];
    };
}

pub(crate) use column_files;
