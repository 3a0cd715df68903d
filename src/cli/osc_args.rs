//! Open Sound Control as typed: the arguments that the window and `play` share.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};

use crate::command::remote::RemoteStart;
use crate::remote::osc::{Osc, OscOptions};
use crate::settings::Osc as OscSettings;

/// Arguments of Open Sound Control.
#[derive(clap::Args, Clone, Debug)]
pub struct OscArgs {
    /// Take messages of Open Sound Control on this port, by UDP and TCP. Without an address those of this machine alone;
    /// 0.0.0.0:PORT takes those of everybody in the network, who may then change everything.
    #[arg(long, value_name = "PORT|ADDR:PORT", value_parser = listen_address)]
    pub osc: Option<SocketAddr>,
    /// Send changes there by Open Sound Control; may be given several times.
    #[arg(long, value_name = "HOST:PORT", value_parser = host_address, requires = "osc")]
    pub osc_target: Vec<SocketAddr>,
}

impl OscArgs {
    /// The remotes of a window: Open Sound Control as typed, else as the settings say.
    pub fn remotes(&self) -> Vec<RemoteStart> {
        vec![Osc::starter(self.options())]
    }

    /// The remotes of a run without settings: Open Sound Control if it was typed.
    pub fn remotes_as_typed(&self) -> Vec<RemoteStart> {
        let options = self.osc.map(|_| self.options());
        options.into_iter().map(Osc::starter).collect()
    }

    fn options(&self) -> OscOptions {
        let fixed = self.osc.map(|address| OscSettings {
            is_on: true,
            address: address.ip(),
            port: address.port(),
            targets: self.osc_target.clone(),
        });
        OscOptions { fixed }
    }
}

/// An address to listen on: a port of loopback, or an address with its port.
///
/// # Errors
/// A message that names the form it should have.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    let address = text.parse();
    address.map_err(|_no_address| {
        "write a port from 0 to 65535, or an address with one such as 0.0.0.0:9000".to_owned()
    })
}

/// An address to send to, by number or name.
///
/// # Errors
/// A message that names the form it should have.
pub(super) fn host_address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    let found = text.to_socket_addrs();
    let found: Vec<_> = found
        .map_err(|error| format!("write a host and a port such as 192.168.0.5:9000 ({error})"))?
        .collect();
    // Most programs of this kind listen on IPv4 alone.
    let first = found
        .iter()
        .find(|address| address.is_ipv4())
        .or_else(|| found.first());
    first
        .copied()
        .ok_or_else(|| "the host has no address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_of_loopback_and_more_must_be_said() {
        let address = |text: &str| listen_address(text).map(|address| address.to_string());
        assert_eq!(address("9000").as_deref(), Ok("127.0.0.1:9000"));
        assert_eq!(address("0.0.0.0:9000").as_deref(), Ok("0.0.0.0:9000"));
        assert_eq!(address("[::1]:0").as_deref(), Ok("[::1]:0"));
        for wrong in ["", "65536", "-1", "localhost", "0.0.0.0", "x:1"] {
            assert!(listen_address(wrong).is_err(), "{wrong}");
        }
        assert!(host_address("127.0.0.1:1").is_ok());
        assert!(host_address("127.0.0.1").is_err());
    }
}
