//! What the shop sells.

use serde::{Deserialize, Serialize};

/// A tea.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tea {
    Sencha,
    Oolong,
    Assam,
    Lapsang,
    Rooibos,
    Mint,
}

impl Tea {
    pub(crate) const ALL: [Self; 6] = [
        Self::Sencha,
        Self::Oolong,
        Self::Assam,
        Self::Lapsang,
        Self::Rooibos,
        Self::Mint,
    ];

    /// As in an address, and in a session.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Sencha => "sencha",
            Self::Oolong => "oolong",
            Self::Assam => "assam",
            Self::Lapsang => "lapsang",
            Self::Rooibos => "rooibos",
            Self::Mint => "mint",
        }
    }

    /// The price of a tin, in cents.
    pub(crate) const fn price(self) -> u32 {
        match self {
            Self::Sencha => 980,
            Self::Oolong => 1290,
            Self::Assam => 740,
            Self::Lapsang => 1150,
            Self::Rooibos => 620,
            Self::Mint => 560,
        }
    }
}
